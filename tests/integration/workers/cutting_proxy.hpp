#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace voltlane::testing {

// Stands between a client and PostgreSQL and cuts the connection at a COMMIT: before it reaches the server,
// or after the server carried it out and before the answer goes back. The two ends of a commit in doubt. Must
// outlive its clients.
class cutting_proxy {
public:
    enum where { nowhere, before_the_commit, before_the_answer };

    explicit cutting_proxy(const std::string& database_url) : acceptor_(context_, {tcp::v4(), 0}) {
        const auto host = database_url.find('@') + 1;
        const auto colon = database_url.find(':', host);
        server_ = {boost::asio::ip::make_address(database_url.substr(host, colon - host)),
                   static_cast<std::uint16_t>(std::stoi(database_url.substr(colon + 1)))};
        thread_ = std::thread([this] { serve(); });
    }
    ~cutting_proxy() {
        stopping_ = true;
        boost::system::error_code ec;
        tcp::socket(context_).connect({boost::asio::ip::address_v4::loopback(), port()}, ec);
        thread_.join();
    }
    cutting_proxy(const cutting_proxy&) = delete;
    cutting_proxy& operator=(const cutting_proxy&) = delete;

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void cut_at_next_commit(where place) { cut_ = place; }

private:
    using tcp = boost::asio::ip::tcp;

    // One connection at a time: that is what a database object uses.
    void serve() {
        while (!stopping_) {
            tcp::socket client(context_);
            acceptor_.accept(client);
            if (stopping_) return;
            tcp::socket server(context_);
            server.connect(server_);
            pump(client, server);
        }
    }

    void pump(tcp::socket& client, tcp::socket& server) {
        std::thread answers([&] {
            std::array<char, 65536> buffer;
            boost::system::error_code ec;
            for (;;) {
                const auto n = server.read_some(boost::asio::buffer(buffer), ec);
                if (ec) break;
                if (drop_answers_) {
                    drop_answers_ = false;
                    break; // the server has answered: it is done
                }
                boost::asio::write(client, boost::asio::buffer(buffer, n), ec);
                if (ec) break;
            }
            client.shutdown(tcp::socket::shutdown_both, ec);
        });
        std::array<char, 65536> buffer;
        boost::system::error_code ec;
        for (;;) {
            const auto n = client.read_some(boost::asio::buffer(buffer), ec);
            if (ec) break;
            if (std::string_view(buffer.data(), n).find("COMMIT") != std::string_view::npos) {
                const auto cut = cut_.exchange(nowhere);
                if (cut == before_the_commit) break;
                if (cut == before_the_answer) drop_answers_ = true;
            }
            boost::asio::write(server, boost::asio::buffer(buffer, n), ec);
            if (ec) break;
        }
        server.shutdown(tcp::socket::shutdown_both, ec);
        client.shutdown(tcp::socket::shutdown_both, ec);
        answers.join();
    }

    boost::asio::io_context context_;
    tcp::acceptor acceptor_;
    tcp::endpoint server_;
    std::atomic<where> cut_ = nowhere;
    std::atomic<bool> drop_answers_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace voltlane::testing
