# Header-only libraries of the build machine, copied into the build tree one by one: a cross compiler
# must not see the rest of /usr/include, which describes another machine.

# nacre_stage_headers(FOLDER HEADER [HINT...]): finds FOLDER/HEADER, as the cache variable FOLDER_INCLUDE_DIR, near the
# hints or among the build machine's headers.
function(nacre_stage_headers folder header)
  string(TOUPPER ${folder}_INCLUDE_DIR found)
  find_path(${found} ${folder}/${header} HINTS ${ARGN} PATHS /usr/include REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  file(COPY ${${found}}/${folder} DESTINATION ${PROJECT_BINARY_DIR}/staged)
endfunction()

if(NACRE_BUILD_TESTS)
  nacre_stage_headers(doctest doctest.h)
endif()
