// SPDX-License-Identifier: GPL-3.0-or-later
// Writes that throw, or cannot be taken back: nobody waits for ever, nothing half-made is committed.
#include <atomic>
#include <thread>

#include "scene.hpp"
#include "sync-server/store/write_group.hpp"

namespace dokaz::server {

using namespace test;

namespace {

/// A database with one table of numbers, and a group that writes to it.
struct Numbers {
  TempFolder temp;
  Secret<32> key = Secret<32>::copy_of(std::array<Byte, 32>{1});
  Database database = Database::create(temp / "numbers.db", key).value();
  Brake brake{temp / "", Spare{}};
  std::function<void()> committed = [] {};
  WriteGroup writes{database, brake, [this] { committed(); }};

  Numbers() { REQUIRE(database.exec("CREATE TABLE numbers(n INTEGER PRIMARY KEY)")); }

  Status put(int number) { return database.run("INSERT INTO numbers(n) VALUES(?)", number); }
  /// As another process sees it.
  int count() {
    Database other = Database::open(temp / "numbers.db", key).value();
    auto query = other.prepare("SELECT count(*) FROM numbers");
    REQUIRE(query.step().value());
    return static_cast<int>(query.integer(0));
  }
  Status add(int number) {
    return writes.run([&] { return put(number); });
  }

  /// Runs all of them in one group, which is led by the first while this holds it back; how each ended.
  std::vector<Status> run_together(const std::vector<std::function<Status()>>& all) {
    std::vector<Status> outcomes(all.size());
    std::vector<std::thread> threads;
    std::atomic<bool> led{false};
    std::atomic<std::size_t> asked{0};
    threads.emplace_back([&] {
      (void)writes.run([&] {
        led = true;
        while (asked < all.size()) std::this_thread::yield();
        return Status();
      });
    });
    while (!led) std::this_thread::yield();
    for (std::size_t i = 0; i < all.size(); ++i)
      threads.emplace_back([&, i] {
        ++asked;
        outcomes[i] = writes.run(all[i]);
      });
    for (auto& thread : threads) thread.join();
    return outcomes;
  }
};

}  // namespace

TEST_CASE("a write that throws fails alone, and the next one can lead") {
  Numbers numbers;
  CHECK(numbers.writes.run([&]() -> Status {
                         REQUIRE(numbers.put(1));
                         throw std::bad_alloc();
                       }).code() == Errc::internal);
  CHECK(numbers.writes.run_alone([]() -> Status { throw 7; }).code() == Errc::internal);
  CHECK(numbers.count() == 0);
  CHECK(numbers.add(2));
  CHECK(numbers.count() == 1);
}

TEST_CASE("one that throws among others takes nobody with it") {
  Numbers numbers;
  const auto outcomes = numbers.run_together({[&] { return numbers.put(1); },
                                              [&]() -> Status {
                                                (void)numbers.put(2).has_value();
                                                throw std::bad_alloc();
                                              },
                                              [&] { return numbers.put(3); }});
  CHECK(outcomes[0]);
  CHECK(outcomes[1].code() == Errc::internal);
  CHECK(outcomes[2]);
  CHECK(numbers.count() == 2);
  CHECK(numbers.add(4));
}

TEST_CASE("what is committed is acknowledged although nobody could be told of it") {
  Numbers numbers;
  numbers.committed = [] { throw std::bad_alloc(); };
  for (const Status& each : numbers.run_together({[&] { return numbers.put(1); }, [&] { return numbers.put(2); }}))
    CHECK(each);
  CHECK(numbers.add(3));
  CHECK(numbers.writes.run_alone([&] { return numbers.put(4); }));
  CHECK(numbers.count() == 4);
}

TEST_CASE("a write that cannot be taken back alone takes all with it and stops writing") {
  Numbers numbers;
  std::string said;
  numbers.brake.tell([&](std::string_view event) { said += event; });
  const auto outcomes = numbers.run_together({[&] { return numbers.put(1); },
                                              [&]() -> Status {
                                                REQUIRE(numbers.put(2));
                                                REQUIRE(numbers.database.exec("RELEASE part"));  // its own way back
                                                return Errc::quota_exceeded;
                                              },
                                              [&] { return numbers.put(3); }});
  CHECK(outcomes[1].code() == Errc::quota_exceeded);
  CHECK(numbers.brake.is_pulled());
  CHECK(said.starts_with("writes_stopped"));
  CHECK(numbers.add(4).code() == Errc::writes_stopped);
  int committed = 0;
  for (const Status& each : outcomes) committed += each ? 1 : 0;
  CHECK(numbers.count() == committed);
}

TEST_CASE("a transaction that stays open stops writing") {
  Numbers numbers;
  CHECK(numbers.writes.run_alone([&]() -> Status {
    DOKAZ_TRY(numbers.database.exec("BEGIN"));
    DOKAZ_TRY(numbers.put(1));
    return Errc::internal;
  }).code() == Errc::internal);
  CHECK(numbers.brake.is_pulled());
  CHECK(numbers.add(2).code() == Errc::writes_stopped);
  CHECK(numbers.count() == 0);
}

}  // namespace dokaz::server
