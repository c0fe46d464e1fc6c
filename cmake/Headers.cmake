# Header-only libraries of the build machine, copied into the build tree one by one: a cross compiler
# must not see the rest of /usr/include, which describes another machine.

function(nacre_stage_headers folder header)
  find_path(${folder}_ROOT ${folder}/${header} PATHS /usr/include REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  file(COPY ${${folder}_ROOT}/${folder} DESTINATION ${PROJECT_BINARY_DIR}/staged)
endfunction()

nacre_stage_headers(flatbuffers flatbuffers.h)
if(NACRE_BUILD_TESTS)
  nacre_stage_headers(doctest doctest.h)
endif()

set(NACRE_GENERATED_INCLUDE ${PROJECT_BINARY_DIR}/generated/include)
configure_file(cmake/version.h.in ${NACRE_GENERATED_INCLUDE}/nacre/version.h @ONLY)
