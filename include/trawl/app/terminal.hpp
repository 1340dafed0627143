#pragma once

#include <cstddef>
#include <string>

namespace trawl {

/// Does stdout end at a terminal, also through mpirun?
bool stdout_is_a_terminal();

/// Of the terminal at stdout; 80 and 24 where it does not say.
std::size_t terminal_width();
std::size_t terminal_height();

/// How many columns a terminal needs for a UTF-8 text.
std::size_t columns_of(const std::string& text);
/// The beginning of a UTF-8 text, at most so many columns; control characters and line ends are blanks.
std::string fitted(const std::string& text, std::size_t width);

}  // namespace trawl
