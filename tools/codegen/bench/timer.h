/* The clock of Arm's boards with a CMSDK timer at TIMER, which counts down. */

#include "semihosting_arm.h"

struct timer {
  volatile uint32_t control, value, reload, interrupt;
};

static void start_clock(void) {
  struct timer* const timer = (struct timer*)TIMER;
  timer->reload = timer->value = 0xffffffff;
  timer->control = 1;
}

static uint32_t now(void) { return ~((struct timer*)TIMER)->value; }
