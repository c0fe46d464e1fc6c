# C++ of the file format, generated from schema/, included as "schema/model_generated.h".

find_program(FLATC flatc REQUIRED)

set(generated ${PROJECT_BINARY_DIR}/generated/schema)
nacre_sources(schemas schema/*.fbs)
foreach(schema ${schemas})
  cmake_path(GET schema STEM name)
  add_custom_command(
    OUTPUT ${generated}/${name}_generated.h
    COMMAND ${FLATC} --cpp --gen-object-api --gen-mutable --scoped-enums --reflect-names
            --keep-prefix --include-prefix schema -o ${generated} ${schema}
    DEPENDS ${schemas}
    COMMENT "Generating ${name}_generated.h")
  list(APPEND schema_headers ${generated}/${name}_generated.h)
endforeach()
add_custom_target(nacre_schema_headers DEPENDS ${schema_headers})

add_library(nacre_schema INTERFACE)
add_dependencies(nacre_schema nacre_schema_headers)
target_include_directories(nacre_schema SYSTEM INTERFACE
  ${PROJECT_BINARY_DIR}/generated ${PROJECT_BINARY_DIR}/staged)
