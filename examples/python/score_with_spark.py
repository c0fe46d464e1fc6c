"""Scores a Parquet file with Spark: python score_with_spark.py MODEL.nacre ROWS.parquet ANSWERS.parquet"""

import sys

from pyspark.sql import DataFrame, SparkSession

import nacre
from nacre.spark import predict_udf


def score(spark: SparkSession, model: nacre.Model, rows: str) -> DataFrame:
    """The rows, and a column `prediction`."""
    features = [name for port in model.inputs for name in port.features]
    return spark.read.parquet(rows).withColumn("prediction", predict_udf(model)(*features))


if __name__ == "__main__":
    session = SparkSession.builder.master("local[*]").getOrCreate()
    score(session, nacre.load(sys.argv[1]), sys.argv[2]).write.parquet(sys.argv[3])
