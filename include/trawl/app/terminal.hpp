#pragma once

#include <cstddef>
#include <string>

namespace trawl {

/// Does stdout end at a terminal, also through mpirun?
bool stdout_is_a_terminal();

/// Of the terminal at stdout; 80 and 24 where it does not say.
std::size_t terminal_width();
std::size_t terminal_height();

/// The beginning of a text as escaped_text() writes it, at most so many characters.
std::string fitted(const std::string& text, std::size_t width);

}  // namespace trawl
