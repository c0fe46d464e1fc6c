/* As much of Arduino's interface as the sketches of the tutorials use: what they print is printed. */
#pragma once

#include <stdio.h>

struct Printer {
  void begin(unsigned long) {}
  void print(const char* text) { fputs(text, stdout); }
  void print(float number, int digits) { printf("%.*f", digits, (double)number); }
  void println(const char* text) { puts(text); }
};
static Printer Serial;

static inline void delay(unsigned long) {}
