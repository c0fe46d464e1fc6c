#include <string.h>

#include "pipeline.h"

nacre_status predict(const float row[4], nacre_text* label); /* as in the README */

/* Succeeds when a small flower is a setosa. */
int main(void) {
  const float row[4] = {5.0f, 3.4f, 1.5f, 0.2f};
  nacre_text label;
  if (predict(row, &label) != NACRE_OK || label.bytes != 6) return 1;
  return memcmp(label.data, "setosa", 6) != 0;
}
