// SPDX-License-Identifier: GPL-3.0-or-later
// A witness for tests: it keeps what it signed, checks signature and consistency, and cosigns over HTTP; with
// switches for its faults.
#pragma once

#include <atomic>
#include <sstream>

#include "crypto/encoding.hpp"
#include "proto/format/policy.hpp"
#include "proto/merkle/tree.hpp"
#include "tests/unit/sync-server/http_peer.hpp"

namespace dokaz::server::test {

class SmallWitness {
 public:
  enum class Fault { none, silent, error, wrong_key, future, garbage, other_checkpoint, unsized_conflict, lies };

  SmallWitness(std::string name, SigningKey key, PublicKey log, std::uint64_t time = 1'777'636'800)
      : name_(std::move(name)), key_(std::move(key)), log_(log), time_(time),
        peer_([this](const HttpPeer::Request& request) { return answer(request); }) {}

  const std::string& name() const { return name_; }
  PublicKey key() const { return key_.public_key(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(peer_.port()) + "/w"; }
  /// Its line in a server's policy.
  std::string line() const { return "witness " + name_ + " " + hex(key()) + " " + url() + "\n"; }
  void fail(Fault fault) { fault_ = fault; }
  /// Contradicts the next so many times.
  void lie(int times) { lies_ = times; }
  /// As if it had signed this before.
  void has_signed(const TreeHead& head) {
    const std::lock_guard lock(mutex_);
    head_ = head;
  }
  TreeHead head() const {
    const std::lock_guard lock(mutex_);
    return head_;
  }
  std::size_t requests() const { return peer_.requests(); }

 private:
  std::optional<std::string> answer(const HttpPeer::Request& request) {
    const std::lock_guard lock(mutex_);
    if (lies_ > 0) {
      --lies_;
      return HttpPeer::answer(422, "text/plain", "");
    }
    switch (fault_.load()) {
      case Fault::lies: return HttpPeer::answer(422, "text/plain", "");
      case Fault::silent: return std::nullopt;
      case Fault::error: return HttpPeer::answer(503, "text/plain", "");
      case Fault::garbage: return HttpPeer::answer(200, "text/plain", "\xe2\x80\x94 no\n");
      case Fault::unsized_conflict: return HttpPeer::answer(409, "text/plain", "");
      case Fault::none:
      case Fault::wrong_key:
      case Fault::future:
      case Fault::other_checkpoint: break;
    }
    if (request.first_line() != "POST /w/add-checkpoint HTTP/1.1") return HttpPeer::answer(405, "text/plain", "");
    const std::string body = to_text(request.body);
    const std::size_t middle = body.find("\n\n");
    if (!body.starts_with("old ") || middle == std::string::npos) return HttpPeer::answer(400, "text/plain", "");
    std::istringstream lines(body.substr(4, middle + 1 - 4));
    std::uint64_t old = 0;
    lines >> old;
    ConsistencyPath path;
    for (std::string word; lines >> word;) path.push_back(id_from_base64<TreeHash>(word).value());
    const auto note = Note::parse(bytes_of(std::string_view(body).substr(middle + 2)));
    if (!note || note->signatures().size() != 1) return HttpPeer::answer(400, "text/plain", "");
    const auto checked = Policy::log_only(log_).check(*note);
    if (!checked) return HttpPeer::answer(checked.code() == Errc::policy_unmet ? 404 : 403, "text/plain", "");
    const Checkpoint& checkpoint = (*checked)->checkpoint;
    if (old != head_.size)
      return HttpPeer::answer(409, "text/x.tlog.size", std::to_string(head_.size) + "\n");
    if (old > 0 && !verify_consistency(head_, checkpoint.head, path)) return HttpPeer::answer(422, "text/plain", "");
    head_ = checkpoint.head;
    return HttpPeer::answer(200, "text/plain; charset=utf-8", cosignature(checkpoint));
  }
  std::string cosignature(const Checkpoint& checkpoint) const {
    const Fault fault = fault_;
    const std::uint64_t time = fault == Fault::future ? time_ + 1'000'000 : time_;
    const SigningKey stranger = SigningKey::generate();
    Checkpoint what = checkpoint;
    if (fault == Fault::other_checkpoint)
      what = parse_checkpoint(Note::parse(bytes_of(log_origin(log_) + "\n9\n" + base64(Bytes(32, 1)) + "\n" +
                                                   to_text(checkpoint.note.bytes()).substr(checkpoint.note.text().size())))
                                  .value())
                 .value();
    const Note signed_note =
        checkpoint.note.with_line(cosign(what, name_, time, fault == Fault::wrong_key ? stranger : key_)).value();
    return to_text(signed_note.bytes()).substr(checkpoint.note.bytes().size());
  }

  std::string name_;
  SigningKey key_;
  PublicKey log_;
  std::uint64_t time_;
  std::atomic<Fault> fault_{Fault::none};
  std::atomic<int> lies_{0};
  mutable std::mutex mutex_;
  TreeHead head_{0, empty_root()};
  HttpPeer peer_;  // last: it ends first
};

}  // namespace dokaz::server::test
