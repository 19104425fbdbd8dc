#include "admin/app.hpp"

#include <iostream>

int main(int argc, char** argv) {
    return voltlane::admin::run(argc, argv, std::cout, std::cerr);
}
