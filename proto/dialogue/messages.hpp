// SPDX-License-Identifier: GPL-3.0-or-later
// What client and server say to each other, as values: protocol.md. Signed things travel as the bytes
// that were signed. No sockets, no protobuf types.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "proto/format/receipt.hpp"
#include "proto/format/rotation.hpp"

namespace dokaz {

inline constexpr std::uint16_t protocol_version = 1;
inline constexpr std::size_t max_chunk = 1 << 20;           // content bytes of one Data frame
inline constexpr std::size_t data_header_size = 8;          // the offset before them
inline constexpr std::size_t max_statements_per_submit = 64;
inline constexpr std::size_t max_entries_per_list = 64;
inline constexpr std::size_t max_statements_per_prove = 64;

/// Ticket and admission notes of one member: section 7 of format.md.
struct AdmissionNotes {
  Bytes ticket;
  Bytes admission;
};

struct ChainHead {
  ChainId chain;
  std::uint64_t next_seq = 0;
  StatementHash head;  // of statement next_seq - 1
};

// --- Requests, client to server. The first is always Hello. -------------------------------------------

/// "I am this member of this case." The signature covers the TLS exporter: protocol.md section 3.
struct Hello {
  Fingerprint case_id;
  PublicKey member;  // the first key of the member: the one that roster or admission names
  Signature signature;
  std::optional<AdmissionNotes> admission;  // the first time a ticket's member comes
  std::uint64_t seen_size = 0;              // newest verified checkpoint: a consistency proof is wanted from it
  std::uint16_t min_version = protocol_version;  // signed, so that nobody in between can lower them
  std::uint16_t max_version = protocol_version;
  /// Of a courier alone, who has no case and no admission: the sealed pass of format.md section 17. `member` is the
  /// courier's key then.
  std::optional<Bytes> pass = {};
  /// The newest key-rotates of the member, oldest first; the last one names the key that signed this. Empty where the
  /// first key did.
  std::vector<Rotation> rotations = {};
  /// Of the newest roster that the member has: a newer one is wanted. 0: none is wanted.
  std::uint64_t roster_number = 0;
};
/// Statements of the member's own chains, in order of seq.
struct Submit {
  struct Item {
    Bytes statement;
    Signature signature;
  };
  std::vector<Item> items;
};
/// "I have this object of a statement you logged; from which byte do you want it?"
struct Offer {
  ObjectId object;
};
/// Content bytes at an offset: of the offered object, or of the fetched one when the server sends it.
struct Data {
  std::uint64_t offset = 0;
  Bytes bytes;
};
/// "Give me the stored receipt of my statement."
struct Collect {
  StatementHash statement;
};
/// Entries of the case with a log index of at least `from`. Reviewers and counsel only.
struct List {
  std::uint64_t from = 0;
  std::uint64_t seen_size = 0;  // newest verified checkpoint: the answer shows that it is of the same history
};
/// Roster and admissions of the case. Reviewers and counsel only.
struct ListMembers {};
/// An object of the case from an offset on. Reviewers and counsel only.
struct Fetch {
  ObjectId object;
  std::uint64_t offset = 0;
};

/// "Give me proofs of my statements against the newest checkpoint that witnesses have cosigned."
struct Prove {
  std::vector<StatementHash> statements;
  std::uint64_t seen_size = 0;  // as in List
};

/// A new roster of the case. Counsel only.
struct PutRoster {
  Bytes roster;  // note
};

using Request = std::variant<Hello, Submit, Offer, Data, Collect, List, ListMembers, Fetch, Prove, PutRoster>;

// --- Responses, server to client. Each answers one request; Data has at most More until the object is whole.

struct Welcome {
  Bytes checkpoint;             // note; signed by the log or the client stops
  ConsistencyPath consistency;  // from Hello.seen_size
  std::vector<ChainHead> chains;  // of this member
  std::uint16_t version = protocol_version;  // the one both sides speak from here on
  std::uint64_t session = 1;  // greater than that of every earlier one of this member: it fences them
  Bytes roster = {};  // note; empty unless its number is above Hello.roster_number, which was not 0
};
struct Submitted {
  struct Outcome {
    std::optional<Errc> failure;  // empty: logged
    Bytes tlog_proof;             // when logged
  };
  std::vector<Outcome> outcomes;  // in the order of Submit.items
};
struct Resume {
  std::uint64_t offset = 0;  // durable bytes that the server holds
  bool complete = false;     // whole and verified: send nothing
  std::uint64_t until = 0;   // the client may send bytes below this offset; 0 where complete
};
/// More credit for the upload under way: the client may send bytes below this offset.
struct More {
  std::uint64_t until = 0;
};
/// The offered object is whole, verified and durable.
struct Kept {
  ObjectId object;
};
struct Stored {
  Bytes receive;  // statement of the server
  std::string answered;  // disclosure of its fact "statement"
  Bytes tlog_proof;
};
struct Entries {
  struct Entry {
    std::uint64_t index = 0;
    Bytes statement;
    PublicKey member;
    Signature signature;
    Bytes tlog_proof;         // against the newest checkpoint that witnesses have cosigned
    std::string answered;     // for receive statements: the disclosure, else empty
  };
  std::vector<Entry> entries;
  bool more = false;
  ConsistencyPath consistency;  // between List.seen_size and the checkpoint of the proofs, whichever is older
};
struct Members {
  Bytes roster;
  std::vector<AdmissionNotes> admissions;
};
/// The number of the newest roster that the server has now: that of the one that was put.
struct RosterTaken {
  std::uint64_t number = 0;
};
/// Announces the fetched object; Data frames with content from `offset` to `size` follow.
struct Content {
  std::uint64_t size = 0;
};
/// Both empty while that checkpoint does not cover them, and for what is not the member's.
struct Proofs {
  struct Proof {
    Bytes statement;  // .tlog-proof of the statement that was asked for
    Bytes receive;    // and of the server's answer to it, where there is one
  };
  std::vector<Proof> proofs;    // in the order of Prove.statements
  ConsistencyPath consistency;  // as in Entries
};
/// The request failed. After a failure of Hello the server closes.
struct Failure {
  Errc code = Errc::refused;
};

using Response = std::variant<Welcome, Submitted, Resume, More, Kept, Stored, Entries, Members, Content, Data, Proofs,
                              RosterTaken, Failure>;

}  // namespace dokaz
