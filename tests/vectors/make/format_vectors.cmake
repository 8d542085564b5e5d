# SPDX-License-Identifier: GPL-3.0-or-later
dokaz_library(dokaz_vectors WING tests
  SOURCES
    vectors/make/all.cpp vectors/make/case.cpp vectors/make/chain.cpp vectors/make/fact.cpp vectors/make/invitation.cpp
    vectors/make/key_slots.cpp
    vectors/make/note.cpp vectors/make/object.cpp vectors/make/parcel.cpp vectors/make/policy.cpp vectors/make/statement.cpp
  DEPS dokaz_format)
dokaz_program(dokaz_make_vectors WING tests OUTPUT dokaz_make_vectors
  SOURCES vectors/make/main.cpp
  DEPS dokaz_vectors)
