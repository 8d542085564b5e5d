# SPDX-License-Identifier: GPL-3.0-or-later
# A language is a file: messages/<language>.po is compiled for the build tree and installed, whatever its name.
file(GLOB catalogues CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/messages/*.po")
if(catalogues)
  find_program(MSGFMT msgfmt REQUIRED)
endif()
set(compiled "")
foreach(catalogue IN LISTS catalogues)
  get_filename_component(language "${catalogue}" NAME_WE)
  set(folder "${CMAKE_BINARY_DIR}/share/locale/${language}/LC_MESSAGES")
  add_custom_command(OUTPUT "${folder}/dokaz.mo"
    COMMAND ${CMAKE_COMMAND} -E make_directory "${folder}"
    COMMAND ${MSGFMT} --check -o "${folder}/dokaz.mo" "${catalogue}"
    DEPENDS "${catalogue}" VERBATIM)
  list(APPEND compiled "${folder}/dokaz.mo")
  install(FILES "${folder}/dokaz.mo" DESTINATION "${CMAKE_INSTALL_LOCALEDIR}/${language}/LC_MESSAGES")
endforeach()
add_custom_target(messages ALL DEPENDS ${compiled})
