#include "tools/rows/watched_run.hpp"

#include <cfenv>

namespace nacre::tools {

WatchedRun run_watched(const Network& network) {
  std::feclearexcept(FE_OVERFLOW | FE_DIVBYZERO);
  const Status status = network.run();
  return {status, std::fetestexcept(FE_OVERFLOW | FE_DIVBYZERO) != 0};
}

}  // namespace nacre::tools
