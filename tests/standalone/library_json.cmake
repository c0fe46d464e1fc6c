# cmake -D MANIFEST=library.json -P library_json.cmake: fails unless it is JSON with the fields that PlatformIO
# requires.
file(READ ${MANIFEST} manifest)
foreach(field name version description)
  string(JSON value GET "${manifest}" ${field})
  if(value STREQUAL "")
    message(FATAL_ERROR "${MANIFEST}: ${field} is empty")
  endif()
endforeach()
string(JSON folder GET "${manifest}" build srcDir)
cmake_path(GET MANIFEST PARENT_PATH root)
if(NOT EXISTS ${root}/${folder}/nacre.cpp)
  message(FATAL_ERROR "${MANIFEST}: there are no sources in ${folder}")
endif()
