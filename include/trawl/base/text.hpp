#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trawl {

/// Bytes of the UTF-8 sequence at the front of `text`; 0 if none stands there. Requires that `text` is not
/// empty. As Python and HDF5's readers see it: no surrogates, nothing longer than it need be.
std::size_t utf8_sequence(std::string_view text);
bool is_utf8(std::string_view text);
/// UTF-8 on one line, without control characters.
bool is_printable(std::string_view text);

/// True for what moves a cursor, ends a line, rings, or turns the direction of writing when it is printed:
/// control characters (C0, DEL, C1), the separators of lines and paragraphs, bidi controls. `sequence`: one
/// of UTF-8.
bool is_hidden(std::string_view sequence);

/// The text on one line, with an escape for what is hidden or not UTF-8: \n, \x1b, \xff, \u202e.
std::string escaped_text(std::string_view text);
/// The same for output of several lines: ends of lines and tabs stay.
std::string escaped_lines(std::string_view text);

/// For messages: one line of at most `max_bytes` (and "..."), with ? for what is not UTF-8 or a control
/// character.
std::string shown_text(std::string_view text, std::size_t max_bytes);

/// A word of a command as a shell takes it, on one line: quoted where it has to be, and by $'...' (bash, zsh,
/// ksh) where it holds control characters or bytes that are no UTF-8.
std::string shell_quoted(std::string_view word);
/// The same of a path, which neither a program takes for an option ("-x.h5") nor expanded_path() for a home
/// folder ("~x.h5"): as ./-x.h5.
std::string shell_path(std::string_view path);

}  // namespace trawl
