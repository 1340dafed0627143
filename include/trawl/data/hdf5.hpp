#pragma once

#include <string>

#include "trawl/data/table.hpp"

namespace trawl {

/// Features ([rows, features], or [rows, height, width] and more, flattened) of any type of numbers, and
/// labels of whole numbers ([rows], or more axes of length 1), out of an HDF5 file. uint8 stays bytes, what a
/// float does not hold is double, an enumeration its numbers. What MATLAB wrote transposed is turned back.
/// Throws DataError, naming file and data set, if one is not there, cannot be read, is of another type or
/// shape, or lies (in part) in files that are not there; if the two have not as many rows; for a value that
/// is no finite number, and a label that is no whole number in [0, kMaxClasses).
Table read_hdf5(const std::string& path, const std::string& features, const std::string& labels);

}  // namespace trawl
