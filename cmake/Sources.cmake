# Sources are found by globs that are looked at again at every build, because adding an operator adds
# files in several folders and should touch no build file.

# nacre_sources(VARIABLE GLOB...): the files that match, globs relative to the root of the repository.
function(nacre_sources variable)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE globs)
  file(GLOB found CONFIGURE_DEPENDS LIST_DIRECTORIES false ${globs})
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# The same, in the folders below too.
function(nacre_sources_below variable)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE globs)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS LIST_DIRECTORIES false ${globs})
  set(${variable} ${found} PARENT_SCOPE)
endfunction()
