#ifndef NACRE_VERSION_H
#define NACRE_VERSION_H

/* The release; CMake reads it from here. It moves with every release; the format version (nacre/load.hpp) moves only
 * when an older reader would misread a file.                                                                        */
#define NACRE_VERSION "0.2.0"

/* The same as a number that grows: 10000 * major + 100 * minor + patch. */
#define NACRE_VERSION_NUMBER 200

#endif
