# The Python package: an extension module of the runtime and the loader, and the nacre command, which converts.
# pyproject.toml turns it on.

option(NACRE_BUILD_PYTHON "Build the Python module; pip install . does" OFF)
if(NOT NACRE_BUILD_PYTHON)
  return()
endif()
set(NACRE_COMMAND "" CACHE FILEPATH "A nacre command that is built already, to be installed instead of building one")

find_package(Python REQUIRED COMPONENTS Interpreter Development.Module OPTIONAL_COMPONENTS Development.SABIModule)
find_package(nanobind CONFIG REQUIRED)

nacre_sources(python_sources python/src/*.cpp loader/npy/*.cpp)
nanobind_add_module(nacre_core STABLE_ABI NB_STATIC ${python_sources})
set_target_properties(nacre_core PROPERTIES OUTPUT_NAME _core UNITY_BUILD OFF)
nacre_host_flags(nacre_core)
target_link_libraries(nacre_core PRIVATE nacre::nacre nacre_schema)
install(TARGETS nacre_core LIBRARY DESTINATION nacre COMPONENT python)
if(NACRE_COMMAND)
  set(stripped ${PROJECT_BINARY_DIR}/command/nacre)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/command)
  execute_process(COMMAND ${CMAKE_STRIP} -o ${stripped} ${NACRE_COMMAND} COMMAND_ERROR_IS_FATAL ANY)
  install(PROGRAMS ${stripped} DESTINATION ${SKBUILD_SCRIPTS_DIR} COMPONENT python)
else()
  install(TARGETS nacre_command RUNTIME DESTINATION ${SKBUILD_SCRIPTS_DIR} COMPONENT python)
endif()

# Where PEP 770 wants it.
if(SKBUILD_METADATA_DIR)
  include(Sbom)
  nacre_write_sbom(${PROJECT_BINARY_DIR}/nacre.spdx.json)
  install(FILES ${PROJECT_BINARY_DIR}/nacre.spdx.json DESTINATION ${SKBUILD_METADATA_DIR}/sboms COMPONENT python)
endif()
