#include "runtime/strict_float.hpp"  // first

extern "C" float strict_float(float a, float b, float c) { return a * b + c; }
extern "C" double strict_double(double a, double b, double c) { return a * b + c; }
