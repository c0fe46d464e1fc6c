# script/package makes a Debian package of what is installed, with the manual pages that it writes before.

install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nacre)
set(CPACK_PACKAGE_VENDOR Nacre)
set(CPACK_PACKAGE_CONTACT "Nacre maintainers <maintainers@nacre.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "converts trained models, and runs them without allocating")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "The command nacre reads models as scikit-learn, XGBoost, LightGBM, CatBoost,
Keras and TensorFlow Lite save them, without Python, and writes one verified
file. Headers and static libraries load and run it, on a device too.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
include(CPack)
