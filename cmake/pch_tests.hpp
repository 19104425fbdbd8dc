#pragma once
// What every C++ test parses.
#include "pch_asio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
