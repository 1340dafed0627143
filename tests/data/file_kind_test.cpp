#include "trawl/data/file_kind.hpp"

#include <string_view>

#include "tests/data/temporary_folder.hpp"
#include "trawl/data/csv.hpp"
#include "trawl/data/hdf5.hpp"
#include "trawl/data/idx.hpp"

namespace trawl {
namespace {

using namespace std::string_literals;

class FileKindTest : public TemporaryFolderTest {};

std::string utf16(std::string_view text, bool big, bool mark) {
  std::string bytes = mark ? (big ? "\xFE\xFF" : "\xFF\xFE") : "";
  for (const char c : text) bytes += big ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

/// A local header of a zip archive, as far as names are read.
std::string zip(const std::string& member) { return "PK\x03\x04" + std::string(26, '\x01') + member; }

TEST_F(FileKindTest, NamesWhatIsNoData) {
  const std::string tar = "rows.csv" + std::string(249, '\0') + "ustar  ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {zip("rows.csv"), "a zip archive; unpack it"},
      {zip("x_train.npy"), "NumPy arrays (.npz)"},
      {zip("[Content_Types].xml"), "a spreadsheet"},
      {zip("archive/data.pkl"), "PyTorch"},
      {tar, "a tar archive"},
      {"BZh91AY&SY...", "bunzip2"},
      {"\xFD\x37zXZ\0..."s, "unxz"},
      {"\x28\xB5\x2F\xFD...", "unzstd"},
      {"\x93NUMPY\x01", "a NumPy array"},
      {"\x80\x04\x95...", "a pickle"},
      {"SQLite format 3\0"s, "SQLite"},
      {"PAR1\x15", "pd.read_parquet"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "Excel"},
      {"MATLAB 5.0 MAT-file, ...", "-v7.3"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"},
      {"<!DOCTYPE html>\n<html>", "an HTML page"},
      {"\n  <HTML><body>", "an HTML page"},
      {"<?xml version=\"1.0\"?><Error>", "an XML document"},
      {"1 3:0.5 7:1\n0 2:1\n", "svmlight"},
      {"[{\"a\": 1}]", "a JSON document"},
      {"{\"a\": 1}\n{\"a\": 2}\n", "lines=True"},
      {utf16("a,b,label\n1,2,0\n", false, true), "-f UTF-16 "},
      {utf16("a,b,label\n1,2,0\n", true, true), "-f UTF-16 "},
      {utf16("a,b,label\n1,2,0\n", false, false), "-f UTF-16LE "},
      {utf16("a,b,label\n1,2,0\n", true, false), "-f UTF-16BE "},
  };
  for (const auto& [bytes, words] : cases) {
    expect_parts(foreign_kind(bytes), {words});
    for (const std::string& file : {write("data", bytes), write_gzip("packed", bytes)}) {
      const auto csv = [&] { read_csv(file, {"label"}); };
      const auto idx = [&] { read_idx(file, file); };
      const auto hdf5 = [&] { read_hdf5(file, "x", "y"); };
      for (const std::string& message :
           {message_of<DataError>(csv), message_of<DataError>(idx), message_of<DataError>(hdf5)}) {
        expect_parts(message, {file + ": ", words});
      }
    }
  }
}

TEST_F(FileKindTest, LeavesTablesAlone) {
  for (const std::string text :
       {"a,b\n1,2\n", "PAR1,ORC,label\n1,2,0\n", "BZh9,x\n1,0\n", "PK,label\n1,0\n", "1\n"}) {
    EXPECT_EQ(foreign_kind(text), "") << text;
  }
  EXPECT_EQ(source_of("\x89HDF\r\n\x1A\n"), "hdf5");
  EXPECT_EQ(source_of("\0\0\x08\x03"s), "idx");
  EXPECT_EQ(source_of("0,1\n"), "");
}

}  // namespace
}  // namespace trawl
