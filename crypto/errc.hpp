// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of failures: the same names in documents, vectors, on the wire and as exit codes.
#pragma once

#include <optional>
#include <string_view>

namespace dokaz {

// name, number (also the exit code and the wire status), what happened in plain words
#define DOKAZ_ERRC_LIST(X)                                                                        \
  /* the command line and the files around us */                                                  \
  X(usage, 2, "the command was not understood")                                                   \
  X(not_found, 10, "there is no such file or item")                                               \
  X(not_regular_file, 11, "this is not an ordinary file (a link, folder, pipe or device)")        \
  X(io_error, 12, "reading or writing a file failed")                                             \
  X(no_space, 13, "the disk is full")                                                             \
  X(already_exists, 14, "something is already there and was not overwritten")                     \
  X(busy, 15, "another run of the program is using this folder")                                  \
  X(too_large, 16, "the file is larger than the program accepts")                                 \
  X(interrupted, 17, "the work was stopped before its end")                                       \
  X(internal, 18, "the program met a state that it does not expect")                              \
  X(not_safe_yet, 19, "the server does not hold it yet")                                          \
  /* opening what is sealed */                                                                    \
  X(wrong_passphrase, 20, "the passphrase does not open this")                                    \
  X(no_passphrase, 21, "no passphrase was given")                                                 \
  X(wrong_key, 22, "the key does not open this store, or the store is not one of ours")           \
  X(damaged_store, 23, "the store is damaged")                                                    \
  X(not_joined, 24, "this collector has not joined a case yet")                                   \
  X(review_over, 25, "the time in which it may be looked at is over")                             \
  /* reading formats */                                                                           \
  X(malformed, 30, "the text or file does not have the form that the format demands")             \
  X(unsupported_version, 31, "this was written in a version of the format that is not known here") \
  /* evidence that does not hold */                                                               \
  X(bad_signature, 40, "a signature does not match")                                              \
  X(bad_key, 41, "a public key is not acceptable")                                                \
  X(not_a_member, 42, "the signer is not a member of the case")                                   \
  X(policy_unmet, 43, "the signatures on the log's checkpoint do not satisfy the policy")         \
  X(broken_chain, 44, "the statement does not follow from the one before it")                     \
  X(forked_chain, 45, "two different statements claim the same place in a chain")                 \
  X(bad_inclusion, 46, "the proof does not show that the statement is in the log")                \
  X(bad_consistency, 47, "the log's history was changed")                                         \
  X(hash_mismatch, 48, "the bytes are not those that were sealed")                                \
  X(missing_part, 49, "a part that must be there is missing")                                     \
  X(unlisted_part, 50, "there is a part that nobody signed for")                                  \
  X(wrong_root, 51, "this belongs to another case root than the one that was given")              \
  X(bad_disclosure, 52, "a disclosed fact is not one that the signer committed to")               \
  X(chain_closed, 53, "the chain was closed, and nothing can follow")                             \
  X(wrong_epoch, 54, "the key is not the one that signs at this place of the chain")              \
  X(key_revoked, 55, "the case had revoked the key before this was logged")                       \
  /* the age envelope; the names of its public vectors */                                         \
  X(age_header, 60, "the encrypted file's header is malformed")                                   \
  X(age_hmac, 61, "the encrypted file's header was changed")                                      \
  X(age_no_match, 62, "none of the keys opens this encrypted file")                               \
  X(age_payload, 63, "the encrypted file's content was changed or cut")                           \
  X(age_armor, 64, "the encrypted file's text armor is malformed")                                \
  X(age_unsupported, 65, "the encrypted file is for a kind of key that is not supported")         \
  X(age_work_factor, 66, "the passphrase file asks for more work than is allowed")                \
  /* taking in */                                                                                 \
  X(empty_file, 70, "the file is empty")                                                          \
  X(unknown_media, 71, "the file is not a kind of media that is known here")                      \
  X(unsupported_media, 72, "this kind of media cannot be cleaned yet")                            \
  X(truncated_media, 73, "the file ends too early")                                               \
  X(malformed_media, 74, "the file's inner structure is broken or lies about itself")             \
  X(parser_died, 75, "reading the file broke the program that reads it")                          \
  X(not_clean, 76, "the clean copy did not pass the check, so nothing was sealed")                \
  X(not_recoverable, 77, "the original could not be rebuilt to the bit, so nothing was sealed")   \
  X(already_sealed, 78, "this very file was taken in before")                                     \
  /* the network */                                                                               \
  X(unreachable, 80, "the server cannot be reached")                                              \
  X(wrong_pin, 81, "the server is not the one that the invitation names")                         \
  X(refused, 82, "the server refused")                                                            \
  X(out_of_turn, 83, "the other side sent a message that is not allowed now")                     \
  X(frame_too_large, 84, "the other side sent a message larger than is allowed")                  \
  X(unknown_field, 85, "the other side sent a message that is not fully understood")              \
  X(connection_lost, 86, "the connection was lost")                                               \
  X(timed_out, 87, "the other side did not answer in time")                                       \
  X(ticket_expired, 88, "the invitation has expired")                                             \
  X(ticket_used, 89, "the invitation was already used by someone else")                           \
  X(quota_exceeded, 90, "the case has no room left on the server")                                \
  X(server_rolled_back, 91, "the server shows an older or another log than before")               \
  X(server_full, 92, "the server's disk is full")                                                 \
  X(writes_stopped, 93, "the server's disk failed, and it takes in nothing until that is looked at") \
  X(case_suspended, 94, "the server's operator has suspended the case")                           \
  X(bad_anchor, 95, "a time stamp does not hold, or is not over these bytes")                     \
  X(proxy_failed, 96, "the proxy cannot be reached, or did not connect")                          \
  /* what leaves the case */                                                                      \
  X(no_consent, 100, "nobody agreed to this use, or the consent was taken back")                  \
  X(bad_pdf, 101, "the PDF is encrypted or broken")                                               \
  X(wrong_forum, 102, "this body hears no case against that State")                               \
  X(rule_unmet, 103, "a rule of the addressee is not met")                                        \
  X(leaves_traces, 104, "the finished file still holds what must not leave the case")

enum class Errc : int {
#define X(name, number, words) name = number,
  DOKAZ_ERRC_LIST(X)
#undef X
};

/// Exit codes that are not failures of the list.
inline constexpr int exit_ok = 0;
inline constexpr int exit_verified_with_limits = 3;

/// "wrong_pin": the name used in documents, vectors and `--json`.
std::string_view name_of(Errc code);
/// What happened, as a clause without a full stop. Never contains data.
std::string_view words_of(Errc code);
std::optional<Errc> errc_from_number(int number);
std::optional<Errc> errc_from_name(std::string_view name);
inline int exit_code(Errc code) { return static_cast<int>(code); }

}  // namespace dokaz
