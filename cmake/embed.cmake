# cmake -D SOURCE=... -D GENERATED=... -D LIBRARY=... -D FOLDER=... -D ARCHIVE=... -P embed.cmake: packs what `nacre
# codegen --standalone` makes folders of into one compressed file: the runtime and the loader below SOURCE, the schema's
# headers in GENERATED, FlatBuffers' in LIBRARY, the manifests of packages and the licence; and the firmware by which
# `nacre bench --target` measures. FOLDER is for its use.
# Before each file stand its path and its size, as in "runtime/network.cpp 1034" and a line break.
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${SOURCE}/runtime ${SOURCE}/loader ${SOURCE}/LICENSE DESTINATION ${FOLDER}
     PATTERN avx2 EXCLUDE PATTERN avx512 EXCLUDE PATTERN neon EXCLUDE PATTERN dotprod EXCLUDE
     PATTERN native_order EXCLUDE PATTERN npy EXCLUDE PATTERN replay EXCLUDE PATTERN posix EXCLUDE)
file(COPY ${SOURCE}/tools/codegen/packages ${SOURCE}/tools/codegen/sizes
     ${SOURCE}/tools/codegen/boards ${SOURCE}/tools/codegen/costs ${SOURCE}/tools/codegen/bench
     ${SOURCE}/examples/firmware DESTINATION ${FOLDER})
file(COPY ${GENERATED}/schema DESTINATION ${FOLDER})
file(COPY ${LIBRARY}/flatbuffers DESTINATION ${FOLDER} PATTERN pch EXCLUDE
     REGEX "/(idl|flatc|flexbuffers|grpc|hash|registry|.*reflect.*|.*generators?)\\.h$" EXCLUDE)

file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
set(all ${FOLDER}/all)
foreach(file ${files})
  file(SIZE ${FOLDER}/${file} bytes)
  file(READ ${FOLDER}/${file} text)
  file(APPEND ${all} "${file} ${bytes}\n${text}")
endforeach()
# The same sources give the same bytes.
file(ARCHIVE_CREATE OUTPUT ${ARCHIVE} PATHS ${all} FORMAT raw COMPRESSION GZip MTIME 2000-01-01)
