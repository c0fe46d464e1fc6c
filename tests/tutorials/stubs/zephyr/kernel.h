/* As much of Zephyr's interface as the applications of the tutorials use. */
#pragma once

#include <stdio.h>

#define printk printf
