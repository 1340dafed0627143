// Brings all that a program with an objective of its own needs for its main().
#pragma once

#include "trawl/app/command_line.hpp"
#include "trawl/run/program.hpp"
