# C++ of file formats that are FlatBuffers, generated from FOLDER/NAME.fbs and included as
# "FOLDER/NAME_generated.h".

find_program(FLATC flatc REQUIRED)

# nacre_flatbuffers(TARGET FOLDER): an interface library of FOLDER's generated headers. What compiles
# against them also depends on TARGET_headers.
function(nacre_flatbuffers target folder)
  set(generated ${PROJECT_BINARY_DIR}/generated/${folder})
  nacre_sources(schemas ${folder}/*.fbs)
  foreach(schema ${schemas})
    cmake_path(GET schema STEM name)
    add_custom_command(
      OUTPUT ${generated}/${name}_generated.h
      COMMAND ${FLATC} --cpp --gen-object-api --gen-mutable --scoped-enums --reflect-names
              --keep-prefix --include-prefix ${folder} -o ${generated} ${schema}
      DEPENDS ${schemas}
      COMMENT "Generating ${folder}/${name}_generated.h")
    list(APPEND headers ${generated}/${name}_generated.h)
  endforeach()
  add_custom_target(${target}_headers DEPENDS ${headers})
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_headers)
  target_include_directories(${target} SYSTEM INTERFACE
    ${PROJECT_BINARY_DIR}/generated ${PROJECT_BINARY_DIR}/staged)
endfunction()

nacre_flatbuffers(nacre_schema schema)
