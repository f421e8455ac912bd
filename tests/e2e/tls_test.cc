// TLS with certificates made by openssl: who may speak with whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/program.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

namespace switchboard::e2e {
namespace {

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=Test authority", "-keyout", File("ca.key"), "-out", File("ca.pem")});
    MakeCertificate("server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    MakeCertificate("client", "subjectAltName=DNS:clerk");
  }

  std::string File(const std::string& name) const { return directory_.File(name); }

  static void OpenSsl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "/usr/bin/openssl");
    const ProgramResult result = RunProgram(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  void MakeCertificate(const std::string& name, const std::string& extension) {
    WriteFile(File(name + ".ext"), extension + "\n");
    OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
             "-keyout", File(name + ".key"), "-out", File(name + ".csr")});
    OpenSsl({"x509", "-req", "-in", File(name + ".csr"), "-CA", File("ca.pem"), "-CAkey", File("ca.key"),
             "-CAcreateserial", "-days", "2", "-extfile", File(name + ".ext"), "-out", File(name + ".pem")});
  }

  int HealthWith(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"health", "--timeout", "5"});
    return RunClient(server.address(), arguments).exit_code;
  }

  const TemporaryDirectory directory_;
};

TEST_F(TlsTest, SpeaksOnlyWithThoseWhoShowACertificate) {
  ServerProcess server({.arguments = {"--tls-certificate=" + File("server.pem"), "--tls-key=" + File("server.key"),
                                      "--tls-client-ca=" + File("ca.pem")},
                        .unix_socket = false});
  ASSERT_TRUE(server.Start().ok());

  EXPECT_EQ(HealthWith(server, {"--tls-ca", File("ca.pem"), "--tls-certificate", File("client.pem"), "--tls-key",
                                File("client.key")}),
            0);
  EXPECT_NE(HealthWith(server, {"--tls-ca", File("ca.pem")}), 0) << "without a certificate";
  EXPECT_NE(HealthWith(server, {}), 0) << "without TLS";
}

TEST_F(TlsTest, ListensBeyondLoopback) {
  ServerProcess server({.arguments = {"--listen=0.0.0.0:0", "--tls-certificate=" + File("server.pem"),
                                      "--tls-key=" + File("server.key")},
                        .unix_socket = false,
                        .address_by_default = false});
  ASSERT_TRUE(server.Start().ok()) << server.log();

  EXPECT_EQ(HealthWith(server, {"--tls-ca", File("ca.pem")}), 0);
  EXPECT_NE(HealthWith(server, {"--tls"}), 0) << "an authority that the client does not know";
}

}  // namespace
}  // namespace switchboard::e2e
