# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DDOKAZ_LIBRARY=… -DWORK=… -DGENERATOR=… -P floors.cmake
# A wrong dependency stops the configuration, and the message says which.
function(expect CASE OUTCOME MESSAGE)
  file(REMOVE_RECURSE "${WORK}/${CASE}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${WORK}/${CASE}"
      "-DDOKAZ_LIBRARY=${DOKAZ_LIBRARY}" "-DCASE=${CASE}"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if((OUTCOME STREQUAL "stops" AND code EQUAL 0) OR (OUTCOME STREQUAL "configures" AND NOT code EQUAL 0))
    message(FATAL_ERROR "${CASE}: expected that it ${OUTCOME}, got ${code}: ${output}")
  endif()
  string(FIND "${output}" "${MESSAGE}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${CASE}: the message is not there: ${MESSAGE}\n${output}")
  endif()
endfunction()

expect(upward stops "dokaz_wrong (proto, floor 1) must not depend on dokaz_collector (collector, floor 2)")
expect(private stops "dokaz_wrong (crypto, floor 0) must not depend on dokaz_proto (proto, floor 1)")
expect(sideways stops "dokaz_wrong (casework, floor 2) must not depend on dokaz_sync-server (sync-server, floor 2)")
expect(beside stops "dokaz_wrong (console, floor 1) must not depend on dokaz_proto (proto, floor 1)")
expect(program stops "dokaz_wrong (collector, floor 2) must not depend on dokaz_casework (casework, floor 2)")
expect(named stops "dokaz_wrong (proto, floor 1) must not depend on other-name (collector, floor 2)")
expect(absent stops "dokaz_wrong: there is no target dokaz_nowhere")
expect(wing stops "unknown wing 'attic'")
expect(right configures "Generating done")
