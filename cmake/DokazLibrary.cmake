# SPDX-License-Identifier: GPL-3.0-or-later
# The build knows the floors of the house:
#
#   tests (3) -> collector, sync-server, casework (2) -> proto, console (1) -> crypto (0)
#
# A target may depend on targets of the same wing and of lower floors, never upwards and never
# sideways into another wing of floor 2. A wrong dependency stops the configuration.

# dokaz_library(NAME WING wing SOURCES a.cpp … [DEPS dokaz_x …] [PRIVATE_DEPS PkgConfig::y …])
function(dokaz_library NAME)
  cmake_parse_arguments(ARG "" "WING" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  _dokaz_settle(${NAME} "${ARG_WING}" "${ARG_DEPS}" "${ARG_PRIVATE_DEPS}")
endfunction()

# dokaz_program(NAME WING wing OUTPUT file-name SOURCES … DEPS … PRIVATE_DEPS …)
function(dokaz_program NAME)
  cmake_parse_arguments(ARG "" "WING;OUTPUT" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  set_target_properties(${NAME} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT}
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  _dokaz_settle(${NAME} "${ARG_WING}" "${ARG_DEPS}" "${ARG_PRIVATE_DEPS}")
endfunction()

function(_dokaz_floor OUT WING)
  if(WING STREQUAL "crypto")
    set(${OUT} 0 PARENT_SCOPE)
  elseif(WING MATCHES "^(proto|console)$")
    set(${OUT} 1 PARENT_SCOPE)
  elseif(WING MATCHES "^(collector|sync-server|casework)$")
    set(${OUT} 2 PARENT_SCOPE)
  elseif(WING STREQUAL "tests")
    set(${OUT} 3 PARENT_SCOPE)
  else()
    message(FATAL_ERROR "unknown wing '${WING}': crypto, proto, console, collector, sync-server, casework or tests")
  endif()
endfunction()

function(_dokaz_settle NAME WING DEPS PRIVATE_DEPS)
  _dokaz_floor(floor "${WING}")
  set_target_properties(${NAME} PROPERTIES DOKAZ_WING "${WING}")
  foreach(dep IN LISTS DEPS PRIVATE_DEPS)
    if(dep MATCHES "^dokaz_" AND NOT TARGET ${dep})
      message(FATAL_ERROR "${NAME}: there is no target ${dep} on a lower floor or earlier in this wing")
    endif()
    set(dep_wing "")
    if(TARGET ${dep})
      get_target_property(dep_wing ${dep} DOKAZ_WING)
    endif()
    if(dep_wing OR dep MATCHES "^dokaz_")  # one of ours, whatever its name
      _dokaz_floor(dep_floor "${dep_wing}")
      if(NOT dep_wing STREQUAL WING AND NOT dep_floor LESS floor)
        message(FATAL_ERROR
          "${NAME} (${WING}, floor ${floor}) must not depend on ${dep} (${dep_wing}, floor ${dep_floor})")
      endif()
    endif()
  endforeach()
  target_link_libraries(${NAME} PUBLIC ${DEPS} PRIVATE dokaz_flags ${PRIVATE_DEPS})
  get_target_property(type ${NAME} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    target_include_directories(${NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
  endif()
endfunction()
