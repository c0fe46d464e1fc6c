#pragma once

#include <map>
#include <string>

namespace nacre::tools {

/// How each command is used, as the end of its help shows.
inline const std::map<std::string, std::string> kExamples = {
    {"convert",
     "  nacre convert pipeline.joblib -o pipeline.nacre\n"
     "  nacre convert scaler.pkl model.pkl -o chain.nacre --golden rows.csv\n"
     "  nacre convert model.tflite -o model.nacre --target cortex-m4"},
    {"run",
     "  nacre run pipeline.nacre --input rows.csv\n"
     "  nacre run pipeline.nacre --input rows.csv --drop species -o labels.csv --all-outputs\n"
     "  zcat rows.csv.gz | nacre run pipeline.nacre --input - --answer predict_proba -o proba.npy"},
    {"check",
     "  nacre check pipeline.nacre --input rows.csv --expect labels.npy\n"
     "  nacre check net.nacre --input x.npy --expect y.npy --tolerance 1e-5"},
    {"diff",
     "  nacre diff pipeline.joblib pipeline.nacre\n"
     "  nacre diff old.keras new.keras --tolerance 1e-6"},
    {"inspect",
     "  nacre inspect pipeline.joblib\n"
     "  nacre inspect pipeline.nacre --json\n"
     "  nacre inspect pipeline.joblib --board stm32f411"},
    {"report",
     "  nacre report pipeline.joblib -o pipeline.html\n"
     "  nacre report pipeline.nacre -o pipeline.html"},
    {"export",
     "  nacre export pipeline.nacre -o pipeline.onnx\n"
     "  nacre export net.nacre -o net.h5"},
    {"explain",
     "  nacre explain bad_magic\n"
     "  nacre explain 0x22"},
    {"verify",
     "  nacre verify pipeline.nacre\n"
     "  nacre verify pipeline.nacre --json\n"
     "  nacre verify signed.nacre --key key.pub.pem\n"
     "  nacre verify pipeline.nacre --device /dev/ttyACM0"},
    {"keygen", "  nacre keygen -o key.pem"},
    {"sign",
     "  nacre sign pipeline.nacre --key key.pem\n"
     "  nacre sign pipeline.nacre --key key.pem --rollback 7 -o signed.nacre"},
    {"codegen",
     "  nacre codegen pipeline.nacre -o generated/\n"
     "  nacre codegen pipeline.joblib -o iris/ --standalone --package arduino"},
    {"print",
     "  nacre print labels.npy\n"
     "  nacre print rows.csv.gz"},
    {"bench",
     "  nacre bench net.nacre\n"
     "  nacre bench before.nacre after.nacre\n"
     "  nacre bench net.nacre --seconds 5 --kernels reference\n"
     "  nacre bench net.nacre --device /dev/ttyACM0"},
    {"supported",
     "  nacre supported sklearn\n"
     "  nacre supported RandomForestClassifier"},
    {"completions",
     "  nacre completions fish > ~/.config/fish/completions/nacre.fish\n"
     "  source <(nacre completions bash)"},
    {"help",
     "  nacre help\n"
     "  nacre help convert"},
};

}  // namespace nacre::tools
