#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/switchboardd/queue_hints.h"
#include "services/switchboardd/server_options.h"
#include "tests/support/temporary_directory.h"

namespace switchboard {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Status Complete(ServerOptions options) { return CompleteServerOptions(options); }

TEST(ServerOptions, TheDefaultsAreFine) {
  ServerOptions options;
  ASSERT_TRUE(CompleteServerOptions(options).ok());
  EXPECT_TRUE(options.Hosts("intake"));
  EXPECT_TRUE(options.HasOwnDatabase());
  EXPECT_FALSE(options.data_dir.empty());
}

TEST(ServerOptions, RefusesWhatCannotWork) {
  const struct {
    const char* what;
    ServerOptions options;
    const char* says;
  } kCases[] = {
      {"no service", {.services = {}}, "services"},
      {"a service twice", {.services = {"intake", "intake"}}, "twice"},
      {"half of TLS", {.tls_certificate = "c.pem"}, "go together"},
      {"a client authority without TLS", {.tls_client_ca = "ca.pem"}, "tls-client-ca"},
      {"the world, in clear", {.listen = "0.0.0.0:7070"}, "insecure-listen"},
      {"the world's metrics", {.metrics_listen = "0.0.0.0:9464"}, "metrics-listen"},
      {"tiny messages", {.max_message_bytes = 1}, "max-message-bytes"},
      {"short retention", {.engine = {.retention = absl::Minutes(1)}}, "retention"},
      {"an unknown level", {.log_level = "loud"}, "log-level"},
  };
  for (const auto& each : kCases) {
    SCOPED_TRACE(each.what);
    EXPECT_THAT(std::string(Complete(each.options).message()), HasSubstr(each.says));
  }
}

TEST(ServerOptions, AllowsTheWorldWithTls) {
  EXPECT_TRUE(Complete({.listen = "0.0.0.0:7070", .tls_certificate = "c.pem", .tls_key = "k.pem"}).ok());
  EXPECT_TRUE(Complete({.listen = "0.0.0.0:7070", .metrics_listen = "0.0.0.0:9464", .insecure_listen = true}).ok());
}

TEST(ServerOptions, TakesTheDatabasePasswordFromItsFile) {
  const TemporaryDirectory directory;
  const std::string file = directory.File("password");
  WriteFile(file, "it's a \\ secret%\nsecond line\n");
  ServerOptions keywords{.database = "host=db user=me", .database_password_file = file};
  ASSERT_TRUE(CompleteServerOptions(keywords).ok());
  EXPECT_EQ(keywords.database, R"(host=db user=me password='it\'s a \\ secret%')");
  ServerOptions uri{.database = "postgresql://me@db/switchboard", .database_password_file = file};
  ASSERT_TRUE(CompleteServerOptions(uri).ok());
  EXPECT_EQ(uri.database, "postgresql://me@db/switchboard?password=it%27s%20a%20%5c%20secret%25");
}

TEST(ServerOptions, RefusesAPasswordFileThatGivesNone) {
  EXPECT_THAT(std::string(Complete({.database = "host=db", .database_password_file = "/nonexistent"}).message()),
              HasSubstr("cannot be read"));
  EXPECT_THAT(std::string(Complete({.database_password_file = "/nonexistent"}).message()),
              HasSubstr("is for --database"));
}

TEST(QueueHints, ReachTheOthersAndNotTheSender) {
  const queue::QueueNumber queues[] = {1, 5, 12};
  const std::string hint = FormatQueueHint(7, queues);
  EXPECT_THAT(ParseQueueHint(hint, 8), ElementsAre(1, 5, 12));
  EXPECT_THAT(ParseQueueHint(hint, 7), IsEmpty());
}

TEST(QueueHints, NonsenseIsNoHint) {
  for (const char* payload : {"", ":", "7", "7:", "7:x", "x:1", "7:1:2", "7:1,,2"}) {
    EXPECT_THAT(ParseQueueHint(payload, 1), IsEmpty()) << payload;
  }
}

}  // namespace
}  // namespace switchboard
