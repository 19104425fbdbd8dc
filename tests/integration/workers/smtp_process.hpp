#pragma once

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace voltlane::testing {

// tests/support/smtp_server.py, a real SMTP server that misbehaves as its options say. It ends with this
// object (and with this process: its standard input closes).
class smtp_process {
public:
    explicit smtp_process(std::vector<std::string> options = {}) : folder_(make_folder()) {
        int in[2], out[2];
        if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY,
                                         0); // it tells of every broken dialogue
        std::vector<std::string> words{"/usr/bin/python3", script().string(), folder_.string()};
        words.insert(words.end(), options.begin(), options.end());
        std::vector<char*> argv;
        for (auto& w : words)
            argv.push_back(w.data());
        argv.push_back(nullptr);
        const int failed = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        input_ = in[1];
        std::string line;
        for (char c = 0; failed == 0 && ::read(out[0], &c, 1) == 1 && c != '\n';)
            line += c;
        ::close(out[0]);
        if (line.empty()) throw std::runtime_error("the SMTP server did not start");
        port_ = std::stoi(line);
    }
    ~smtp_process() {
        ::close(input_);
        ::waitpid(pid_, nullptr, 0);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    smtp_process(const smtp_process&) = delete;
    smtp_process& operator=(const smtp_process&) = delete;

    std::string url(const std::string& scheme = "smtp") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_);
    }
    // What it accepted, as it came, oldest first.
    std::vector<std::string> mails() const { return read_all(".eml"); }
    std::size_t connections() const { return files("").size() - files(".eml").size(); }

    static std::filesystem::path make_folder() {
        auto name = (std::filesystem::temp_directory_path() / "voltlane-smtp-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        return name;
    }

private:
    static std::filesystem::path script() {
        auto folder = std::filesystem::path(__FILE__).parent_path();
        while (!std::filesystem::exists(folder / "support" / "smtp_server.py"))
            folder = folder.parent_path();
        return folder / "support" / "smtp_server.py";
    }
    std::vector<std::filesystem::path> files(const std::string& suffix) const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            if (suffix.empty() || entry.path().extension() == suffix) found.push_back(entry.path());
        std::sort(found.begin(), found.end());
        return found;
    }
    std::vector<std::string> read_all(const std::string& suffix) const {
        std::vector<std::string> texts;
        for (const auto& file : files(suffix)) {
            std::ifstream in(file, std::ios::binary);
            texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        }
        return texts;
    }

    std::filesystem::path folder_;
    pid_t pid_ = -1;
    int input_ = -1;
    int port_ = 0;
};

// A certificate for 127.0.0.1 that signed itself, with its key, in one PEM file.
class own_certificate {
public:
    own_certificate() : folder_(smtp_process::make_folder()) {
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* x = X509_new();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), -3600);
        X509_gmtime_adj(X509_getm_notAfter(x), 3600);
        X509_set_pubkey(x, key);
        const auto* name = reinterpret_cast<const unsigned char*>("127.0.0.1");
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0);
        X509_set_issuer_name(x, X509_get_subject_name(x));
        for (const auto& [nid, value] :
             {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "CA:TRUE"}}) {
            X509_EXTENSION* e = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
            X509_add_ext(x, e, -1);
            X509_EXTENSION_free(e);
        }
        X509_sign(x, key, EVP_sha256());
        FILE* out = std::fopen(file().c_str(), "w");
        PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
        PEM_write_X509(out, x);
        std::fclose(out);
        X509_free(x);
        EVP_PKEY_free(key);
    }
    ~own_certificate() { std::filesystem::remove_all(folder_); }
    own_certificate(const own_certificate&) = delete;
    own_certificate& operator=(const own_certificate&) = delete;

    std::string file() const { return (folder_ / "certificate.pem").string(); }

private:
    std::filesystem::path folder_;
};

} // namespace voltlane::testing
