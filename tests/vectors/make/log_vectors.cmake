# SPDX-License-Identifier: GPL-3.0-or-later
# dokaz-make-log-vectors writes the vectors; ctest checks that those in the tree are the ones it writes.
dokaz_program(dokaz_make_log_vectors WING tests OUTPUT dokaz-make-log-vectors
  SOURCES vectors/make/log_vectors.cpp vectors/make/tree_vectors.cpp vectors/make/tlog_proof_vectors.cpp
    vectors/make/sigsum_proof_vectors.cpp
  DEPS dokaz_receipt)
foreach(folder tree tlog-proof sigsum-proof)
  add_test(NAME log_vectors_${folder}_are_made COMMAND sh -c
    "rm -rf \"$1\" && \"$0\" \"$1\" && diff -r \"$1/$2\" \"$3/$2\"" $<TARGET_FILE:dokaz_make_log_vectors>
    "${CMAKE_CURRENT_BINARY_DIR}/made-${folder}" ${folder} "${CMAKE_CURRENT_SOURCE_DIR}/vectors")
endforeach()
