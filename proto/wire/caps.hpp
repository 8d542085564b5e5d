// SPDX-License-Identifier: GPL-3.0-or-later
// How long and how many the parts of a message may be: docs/protocol.md section 5. The frame caps
// follow from the element caps, so that every message within the latter fits its frame.
#pragma once

#include "proto/dialogue/messages.hpp"
#include "proto/format/note.hpp"

namespace dokaz::caps {

inline constexpr std::size_t note = 1024;          // a ticket or an admission
inline constexpr std::size_t pass = 11264;         // of a courier
inline constexpr std::size_t roster = max_note_size;
inline constexpr std::size_t checkpoint = 16 * 1024;
inline constexpr std::size_t proof = 16 * 1024;    // a .tlog-proof
inline constexpr std::size_t answered = 1024;      // the disclosure of a fact "statement"
inline constexpr std::size_t consistency = 128;    // hashes
inline constexpr std::size_t chains = 1024;
inline constexpr std::size_t admissions = 512;

inline constexpr std::size_t field = 8;            // bytes of tag and length at most, for sizes below 2^21
inline constexpr std::size_t data_frame = data_header_size + max_chunk;
inline constexpr std::size_t submit_frame = 1'114'112;
inline constexpr std::size_t submitted_frame = 1'114'112;
inline constexpr std::size_t entries_frame = 2'359'296;
inline constexpr std::size_t members_frame = 1'245'184;
inline constexpr std::size_t prove_frame = 2'072;
inline constexpr std::size_t proofs_frame = 2'105'344;
inline constexpr std::size_t roster_frame = 65'544;
inline constexpr std::size_t welcome_frame = 256 * 1024;

static_assert(max_statements_per_submit * (max_statement_size + 64 + 3 * field) <= submit_frame);
static_assert(max_statements_per_submit * (proof + 2 * field + 4) <= submitted_frame);
static_assert(max_entries_per_list * (max_statement_size + proof + answered + 32 + 64 + 7 * field + 8) + 8 +
                  consistency * 32 + field <=
              entries_frame);
static_assert(max_statements_per_prove * 32 + 2 * field + 4 <= prove_frame);
static_assert(max_statements_per_prove * (2 * (proof + field) + field) + consistency * 32 + field <= proofs_frame);
static_assert(roster + field <= roster_frame);
static_assert(chains * (16 + 32 + 5 * field) + checkpoint + roster + consistency * 32 + 6 * field <= welcome_frame);
static_assert(roster + field + admissions * (2 * note + 3 * field) <= members_frame);

}  // namespace dokaz::caps
