#include "smtp_process.hpp"
#include "workers/mail/smtp_client.hpp"

#include <thread>

#include <curl/curl.h>
#include <gtest/gtest.h>

namespace voltlane::testing {
namespace {

using namespace std::chrono_literals;
using workers::smtp_result;
using workers::starttls;
using verdict = smtp_result::verdict;

class smtp_test : public ::testing::Test {
protected:
    static void SetUpTestSuite() { curl_global_init(CURL_GLOBAL_DEFAULT); }

    smtp_test() {
        settings.encryption = starttls::off;
        settings.total_limit = 10s;
        m.id = "6f1f6d0e-0000-4000-8000-000000000001";
        m.from = {"Voltlane", "no-reply@voltlane.example"};
        m.to.address = "driver@example.com";
        m.subject = "Grüße";
        m.text = "Hello\n.\n..dots\nFrom here\n" + std::string(3000, 'x') + "\nend";
        m.html = "<p>Zürich</p>";
    }
    smtp_result send(const std::string& url) {
        settings.url = url;
        return workers::send_mail(settings, m, stop);
    }
    void expect(const smtp_result& r, verdict what, const std::string& reason) {
        EXPECT_EQ(r.what, what) << r.reason;
        EXPECT_NE(r.reason.find(reason), std::string::npos) << r.reason;
    }

    workers::smtp_settings settings;
    workers::mail m;
    std::atomic<bool> stop{false};
};

TEST_F(smtp_test, arrives_byte_for_byte) {
    smtp_process server;
    const auto r = send(server.url());
    EXPECT_EQ(r.what, verdict::accepted) << r.reason;
    ASSERT_EQ(server.mails().size(), 1u);
    EXPECT_EQ(server.mails()[0], workers::compose(m));
}

TEST_F(smtp_test, refusals_are_told_apart) {
    smtp_process server(
        {"--refuse", "nobody=550 5.1.1 No such user", "--refuse", "full=452 4.2.2 Mailbox full"});
    m.to.address = "nobody@example.com";
    expect(send(server.url()), verdict::refused, "RCPT: 550 5.1.1 No such user");
    m.to.address = "full@example.com";
    expect(send(server.url()), verdict::later, "RCPT: 452 4.2.2 Mailbox full");
    smtp_process strict({"--refuse-sender", "550 5.7.1 Not from you"});
    expect(send(strict.url()), verdict::later, "MAIL: 550 5.7.1 Not from you");
    smtp_process filter({"--refuse-data", "554 5.7.1 Looks like spam"});
    expect(send(filter.url()), verdict::refused, "end of data: 554 5.7.1 Looks like spam");
    smtp_process busy({"--refuse-data", "451 4.3.0 Try again"});
    expect(send(busy.url()), verdict::later, "end of data: 451 4.3.0 Try again");
}

TEST_F(smtp_test, a_server_that_is_away_or_breaks_off_is_tried_later) {
    std::string gone;
    {
        smtp_process server;
        gone = server.url();
    }
    expect(send(gone), verdict::later, "connect: ");
    smtp_process server({"--break-off"});
    expect(send(server.url()), verdict::later, "end of data: ");
    settings.connect_limit = 2s;
    settings.total_limit = 3s;
    expect(send("smtp://nowhere.invalid"), verdict::later, "connect: ");
}

TEST_F(smtp_test, a_server_that_hangs_costs_the_time_limit_and_no_more) {
    smtp_process server({"--hang"});
    settings.total_limit = 2s;
    const auto begun = std::chrono::steady_clock::now();
    expect(send(server.url()), verdict::later, "no answer in time");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

TEST_F(smtp_test, a_deadline_that_is_nearer_ends_it) {
    smtp_process server({"--hang"});
    settings.total_limit = 60s;
    settings.url = server.url();
    const auto begun = std::chrono::steady_clock::now();
    expect(workers::send_mail(settings, m, stop, begun + 2s), verdict::later, "no answer in time");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
    const auto connections = server.connections();
    expect(workers::send_mail(settings, m, stop, begun), verdict::later, "no time left");
    EXPECT_EQ(server.connections(), connections);
}

TEST_F(smtp_test, a_stop_ends_it_early) {
    smtp_process server({"--hang"});
    settings.total_limit = 60s;
    std::thread stopper([&] {
        while (server.connections() == 0)
            std::this_thread::sleep_for(10ms);
        stop = true;
    });
    const auto begun = std::chrono::steady_clock::now();
    expect(send(server.url()), verdict::later, "this process stops");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    stopper.join();
}

TEST_F(smtp_test, logs_in_over_an_encrypted_connection_only) {
    const own_certificate certificate;
    smtp_process server({"--certificate", certificate.file(), "--login", "me:geheim"});
    settings.encryption = starttls::required;
    settings.user = "me";
    settings.password = "geheim";
    settings.ca_file = certificate.file();
    EXPECT_EQ(send(server.url()).what, verdict::accepted);
    settings.password = "wrong-one";
    const auto r = send(server.url());
    expect(r, verdict::later, "AUTH: 535");
    EXPECT_EQ(r.reason.find("wrong-one"), std::string::npos);
    settings.user.clear();
    settings.password.clear();
    expect(send(server.url()), verdict::later, "530"); // our configuration, not this mail
    EXPECT_EQ(server.mails().size(), 1u);
}

TEST_F(smtp_test, trusts_no_certificate_that_nobody_vouches_for) {
    const own_certificate certificate;
    const own_certificate another;
    smtp_process server({"--certificate", certificate.file()});
    settings.encryption = starttls::required;
    expect(send(server.url()), verdict::later, "STARTTLS: ");
    settings.ca_file = another.file();
    expect(send(server.url()), verdict::later, "STARTTLS: ");
    settings.encryption = starttls::optional; // no way around it either
    expect(send(server.url()), verdict::later, "STARTTLS: ");
    EXPECT_TRUE(server.mails().empty());
    settings.ca_file = certificate.file();
    EXPECT_EQ(send(server.url()).what, verdict::accepted);
}

TEST_F(smtp_test, required_encryption_is_required) {
    smtp_process server;
    settings.encryption = starttls::required;
    expect(send(server.url()), verdict::later, "");
    EXPECT_TRUE(server.mails().empty());
    settings.encryption = starttls::optional;
    EXPECT_EQ(send(server.url()).what, verdict::accepted);
}

TEST_F(smtp_test, speaks_tls_from_the_first_byte) {
    const own_certificate certificate;
    smtp_process server({"--certificate", certificate.file(), "--smtps", "--login", "me:geheim"});
    settings.encryption = starttls::required;
    settings.user = "me";
    settings.password = "geheim";
    settings.ca_file = certificate.file();
    const auto r = send(server.url("smtps"));
    EXPECT_EQ(r.what, verdict::accepted) << r.reason;
    EXPECT_EQ(server.mails().size(), 1u);
}

} // namespace
} // namespace voltlane::testing
