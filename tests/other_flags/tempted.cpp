// What strict.cpp is, without its header: what these flags make of it.
extern "C" float tempted_float(float a, float b, float c) { return a * b + c; }
extern "C" double tempted_double(double a, double b, double c) { return a * b + c; }
