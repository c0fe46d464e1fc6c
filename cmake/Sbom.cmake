# What a package contains, as SPDX 2.3 (JSON): nacre.spdx.json in the build tree, from licenses/dependencies.txt, with
# the versions that are found at configuring. The same sources and libraries give the same bytes.

find_package(PkgConfig QUIET)

# When the sources were made: SOURCE_DATE_EPOCH, else of the commit, else a fixed time.
function(nacre_source_time variable)
  set(time $ENV{SOURCE_DATE_EPOCH})
  if(NOT time)
    find_program(GIT git)
    if(GIT)
      execute_process(COMMAND ${GIT} -C ${PROJECT_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE time
                      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
  endif()
  if(NOT time)
    set(time 315532800)  # 1980, before which archives have no dates
  endif()
  set(${variable} ${time} PARENT_SCOPE)
endfunction()

# nacre_found_version(VARIABLE HOW): what pkg-config says of the first name that it knows, the number behind some words
# of a header, or the version of a Debian package; empty where there is none.
function(nacre_found_version variable how)
  set(found)
  if(how MATCHES "^dpkg:(.+)$")
    find_program(DPKG_QUERY dpkg-query)
    if(DPKG_QUERY)
      execute_process(COMMAND ${DPKG_QUERY} -W -f "\${Version}" ${CMAKE_MATCH_1} OUTPUT_VARIABLE found ERROR_QUIET)
    endif()
  elseif(how MATCHES "^([^:]+):(.+)$")
    set(words "${CMAKE_MATCH_2}")
    find_file(NACRE_SBOM_HEADER NAMES ${CMAKE_MATCH_1})
    if(NACRE_SBOM_HEADER)
      file(STRINGS ${NACRE_SBOM_HEADER} lines REGEX "${words}[ \"]+[0-9]")
      string(REGEX MATCH "${words}[ \"]+([0-9][0-9.]*)" match "${lines}")
      set(found ${CMAKE_MATCH_1})
    endif()
    unset(NACRE_SBOM_HEADER CACHE)
  elseif(PKG_CONFIG_EXECUTABLE)
    string(REPLACE " " ";" names "${how}")
    foreach(name ${names})
      if(NOT found)
        execute_process(COMMAND ${PKG_CONFIG_EXECUTABLE} --modversion ${name} OUTPUT_VARIABLE found
                        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
      endif()
    endforeach()
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

function(nacre_json_text variable text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n" text "${text}")
  string(REPLACE "\t" "\\t" text "${text}")
  set(${variable} "\"${text}\"" PARENT_SCOPE)
endfunction()

# nacre_write_sbom(FILE): of the command and the libraries; where the Python module is built, of that too.
function(nacre_write_sbom file)
  nacre_source_time(time)
  set(ENV{SOURCE_DATE_EPOCH} ${time})
  string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC)
  set(packages)
  set(relations)
  set(texts)
  file(READ ${PROJECT_SOURCE_DIR}/licenses/dependencies.txt table)
  string(REPLACE ";" "|" table "${table}")
  string(REPLACE "\n" ";" rows "${table}")
  foreach(row ${rows})
    if(row MATCHES "^#" OR NOT row MATCHES "^([^|]+)[|] ([^|]+)[|] ([^|]+)[|] ([^|]+)[|] ([^|]+)[|] (.+)$")
      continue()
    endif()
    set(name ${CMAKE_MATCH_1})
    set(licence "${CMAKE_MATCH_2}")
    set(text ${CMAKE_MATCH_3})
    set(link ${CMAKE_MATCH_4})
    set(how "${CMAKE_MATCH_5}")
    set(home ${CMAKE_MATCH_6})
    if(link STREQUAL "python" AND NOT NACRE_BUILD_PYTHON)
      continue()
    endif()
    nacre_found_version(version "${how}")
    if(name STREQUAL "nanobind" AND nanobind_VERSION)
      set(version ${nanobind_VERSION})
    endif()
    set(stated)
    if(version)
      set(stated "\n      \"versionInfo\": \"${version}\",")
    endif()
    string(APPEND packages ",\n    {\n      \"SPDXID\": \"SPDXRef-${name}\",\n      \"name\": \"${name}\",${stated}
      \"downloadLocation\": \"${home}\",\n      \"filesAnalyzed\": false,\n      \"licenseConcluded\": \"${licence}\",
      \"licenseDeclared\": \"${licence}\",\n      \"copyrightText\": \"NOASSERTION\"\n    }")
    set(relation STATIC_LINK)
    if(link STREQUAL "dynamic")
      set(relation DYNAMIC_LINK)
    endif()
    string(APPEND relations ",\n    {\n      \"spdxElementId\": \"SPDXRef-nacre\",
      \"relationshipType\": \"${relation}\",\n      \"relatedSpdxElement\": \"SPDXRef-${name}\"\n    }")
    if(licence MATCHES "LicenseRef-")
      file(READ ${PROJECT_SOURCE_DIR}/licenses/${text}.txt words)
      nacre_json_text(words "${words}")
      if(texts)
        string(APPEND texts ",")
      endif()
      string(APPEND texts "\n    {\n      \"licenseId\": \"${licence}\",\n      \"name\": \"${name}\",
      \"extractedText\": ${words}\n    }")
    endif()
  endforeach()
  string(SHA256 identity "${created}${packages}${relations}${texts}")
  file(WRITE ${file} "{
  \"spdxVersion\": \"SPDX-2.3\",
  \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\",
  \"name\": \"nacre-${PROJECT_VERSION}\",
  \"documentNamespace\": \"https://nacre.example/spdx/nacre-${PROJECT_VERSION}-${identity}\",
  \"creationInfo\": {
    \"created\": \"${created}\",
    \"creators\": [\"Organization: Nacre maintainers\", \"Tool: cmake/Sbom.cmake-${PROJECT_VERSION}\"]
  },
  \"packages\": [
    {
      \"SPDXID\": \"SPDXRef-nacre\",
      \"name\": \"nacre\",
      \"versionInfo\": \"${PROJECT_VERSION}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"Apache-2.0\",
      \"licenseDeclared\": \"Apache-2.0\",
      \"copyrightText\": \"NOASSERTION\"
    }${packages}
  ],
  \"relationships\": [
    {
      \"spdxElementId\": \"SPDXRef-DOCUMENT\",
      \"relationshipType\": \"DESCRIBES\",
      \"relatedSpdxElement\": \"SPDXRef-nacre\"
    }${relations}
  ],
  \"hasExtractedLicensingInfos\": [${texts}
  ]
}
")
endfunction()
