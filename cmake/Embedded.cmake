# The sources of the runtime and the loader inside the nacre command, for `nacre codegen --standalone`: wherever the
# command is installed, by CMake or by a wheel, it has those of its own release. tools/codegen/embedded.cpp includes
# the archive.

set(embedded ${PROJECT_BINARY_DIR}/embedded)
set(archive ${embedded}/device.gz)

# Headers of the schema as a device needs them, without the objects and the names that the tools use.
nacre_sources(schemas schema/*.fbs)
foreach(schema ${schemas})
  cmake_path(GET schema STEM name)
  set(header ${embedded}/generated/schema/${name}_generated.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${FLATC} --cpp --scoped-enums --keep-prefix --include-prefix schema -o ${embedded}/generated/schema
            ${schema}
    DEPENDS ${schemas}
    COMMENT "Generating schema/${name}_generated.h for devices")
  list(APPEND device_headers ${header})
endforeach()

nacre_sources_below(device_sources runtime/*.?pp runtime/*.h loader/*.?pp loader/*.h loader/*.c tools/codegen/packages/*
                    tools/codegen/sizes/* tools/codegen/boards/* tools/codegen/costs/*
                    tools/codegen/bench/* examples/firmware/*)
add_custom_command(
  OUTPUT ${archive}
  COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D GENERATED=${embedded}/generated
          -D LIBRARY=${PROJECT_BINARY_DIR}/staged -D FOLDER=${embedded}/device -D ARCHIVE=${archive}
          -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${device_sources} ${device_headers} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake ${PROJECT_SOURCE_DIR}/LICENSE
  COMMENT "Packing the sources for devices")
add_custom_target(nacre_embedded DEPENDS ${archive})
set_source_files_properties(${PROJECT_SOURCE_DIR}/tools/codegen/embedded.cpp PROPERTIES
  OBJECT_DEPENDS ${archive} SKIP_UNITY_BUILD_INCLUSION ON COMPILE_DEFINITIONS NACRE_ARCHIVE="${archive}")
