# SPDX-License-Identifier: GPL-3.0-or-later
# dokaz_test(NAME SOURCES a_test.cpp … DEPS dokaz_x … [ENVIRONMENT KEY=value …])
# One Catch2 program. Catch's main is compiled once, its header precompiled once.
function(dokaz_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS;ENVIRONMENT" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_precompile_headers(${NAME} REUSE_FROM dokaz_catch_main)
  _dokaz_settle(${NAME} tests "dokaz_catch_main;${ARG_DEPS}" "${ARG_PRIVATE_DEPS}")
  add_test(NAME ${NAME} COMMAND ${NAME})
  set_tests_properties(${NAME} PROPERTIES TIMEOUT 600 ENVIRONMENT
    "DOKAZ_BIN=${CMAKE_BINARY_DIR}/bin;DOKAZ_VECTORS=${CMAKE_SOURCE_DIR}/tests/vectors;${ARG_ENVIRONMENT}")
endfunction()
