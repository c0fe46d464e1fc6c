# nacre-replay: the runtime and the loader alone, on every target, called the same way everywhere.

nacre_sources(replay_sources loader/replay/*.cpp loader/npy/*.cpp)
list(FILTER replay_sources EXCLUDE REGEX "/platform_[a-z]+\\.cpp$")
if(NOT replay_sources)
  return()
endif()
if(NACRE_BARE_METAL)
  list(APPEND replay_sources ${PROJECT_SOURCE_DIR}/loader/replay/platform_semihosting.cpp)
else()
  list(APPEND replay_sources ${PROJECT_SOURCE_DIR}/loader/replay/platform_posix.cpp)
endif()

add_executable(nacre_replay ${replay_sources})
# Compiled as firmware is, so that its size is a firmware's size.
nacre_device_flags(nacre_replay)
target_link_libraries(nacre_replay PRIVATE nacre::nacre nacre_schema)
if(NACRE_BARE_METAL)
  target_link_libraries(nacre_replay PRIVATE nacre_board)
endif()

if(CMAKE_CROSSCOMPILING_EMULATOR)
  set_target_properties(nacre_replay PROPERTIES OUTPUT_NAME nacre-replay.image)
  list(JOIN CMAKE_CROSSCOMPILING_EMULATOR "' '" emulator)
  set(EMULATOR "'${emulator}'")
  configure_file(cmake/nacre-replay.in ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/nacre-replay @ONLY
                 FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                  WORLD_READ WORLD_EXECUTE)
else()
  set_target_properties(nacre_replay PROPERTIES OUTPUT_NAME nacre-replay)
endif()
