#pragma once

#include <stddef.h>

/* From a processor that runs to main(argc, argv), and back to the host with its result. The linker script says where
 * the sections lie; what a reset leaves undone (a stack, an FPU) its handler does first. */
__attribute__((noreturn)) void start(void);

/* Ends the program with this message. */
__attribute__((noreturn)) void die(const char* text);
