// Tells by its first bytes what a file is.
#include "trawl/data/file_kind.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <sys/stat.h>

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {
namespace {

using namespace std::string_view_literals;

constexpr const char* kToHdf5 =
    "; write features and labels into an HDF5 file, with h5py: file[\"x_train\"] = x, file[\"y_train\"] = y";

/// Bytes at a place of the file, and what a file with them is.
struct Magic {
  std::size_t at;
  std::string_view bytes;
  const char* text;
};

const std::array kKinds = {
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive; unpack it"},
    Magic{0, "Rar!\x1A\x07"sv, "a RAR archive; unpack it"},
    Magic{257, "ustar"sv, "a tar archive; unpack it: tar xf FILE"},
    Magic{0, "\x1F\x8B"sv, "packed by gzip twice; unpack it once"},
    Magic{0, "\x1F\x9D"sv, "packed by compress; unpack it: gunzip FILE"},
    Magic{4, "1AY&SY"sv, "packed by bzip2; unpack it: bunzip2 FILE"},
    Magic{0, "\xFD\x37zXZ\0"sv, "packed by xz; unpack it: unxz FILE"},
    Magic{0, "\x28\xB5\x2F\xFD"sv, "packed by zstd; unpack it: unzstd FILE"},
    Magic{0, "\x04\x22\x4D\x18"sv, "packed by lz4; unpack it: unlz4 FILE"},
    Magic{0, "SQLite format 3\0"sv,
          "an SQLite database; write its table as CSV: sqlite3 -header -csv FILE 'SELECT * FROM TABLE' > "
          "NEW.csv"},
    Magic{0, "PAR1\x15"sv,
          "a Parquet table; write it as CSV, in pandas: pd.read_parquet(f).to_csv(new, index=False)"},
    Magic{0, "PAR1\0"sv,
          "a Parquet table; write it as CSV, in pandas: pd.read_parquet(f).to_csv(new, index=False)"},
    Magic{0, "ARROW1\0\0"sv,
          "a Feather table; write it as CSV, in pandas: pd.read_feather(f).to_csv(new, index=False)"},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv,
          "an old Excel workbook; save its sheet as CSV, or in pandas: pd.read_excel(f).to_csv(new, "
          "index=False)"},
    Magic{0, "MATLAB 5.0 MAT-file"sv,
          "a MATLAB file of before version 7.3; save it by -v7.3, which is HDF5, or read it by "
          "scipy.io.loadmat"},
    Magic{0, "CDF\x01"sv, "a NetCDF file of the classic kind; write it as NetCDF-4, which is HDF5"},
    Magic{0, "CDF\x02"sv, "a NetCDF file of the classic kind; write it as NetCDF-4, which is HDF5"},
    Magic{0, "RDX2\n"sv,
          "an R data file; write the table as CSV: write.csv(x, \"NEW.csv\", row.names = FALSE)"},
    Magic{0, "RDX3\n"sv,
          "an R data file; write the table as CSV: write.csv(x, \"NEW.csv\", row.names = FALSE)"},
    Magic{0, "X\n\0\0\0"sv,
          "an R data file; write the table as CSV: write.csv(x, \"NEW.csv\", row.names = FALSE)"},
    Magic{0, "%PDF-"sv, "a PDF document, and no data"},
    Magic{0, "\x89PNG"sv, "a picture, and no table of them"},
    Magic{0, "\xFF\xD8\xFF"sv, "a picture, and no table of them"},
    Magic{0, "GIF8"sv, "a picture, and no table of them"},
    Magic{0,
          "\x7F"
          "ELF"sv,
          "a program, and no data"},
    Magic{0, "version https://git-lfs"sv,
          "a pointer of Git LFS in place of the file; fetch the file itself: git lfs pull"},
    Magic{0, "/annex/objects/"sv,
          "a pointer of git-annex in place of the file; fetch the file itself: git annex get FILE"},
};

bool starts_with(std::string_view text, std::string_view part) { return text.substr(0, part.size()) == part; }
bool holds_text(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// Of the zip archive's members, those whose names stand in its first bytes.
std::string zip_kind(std::string_view head) {
  if (holds_text(head, "[Content_Types].xml") || holds_text(head, "xl/workbook") ||
      holds_text(head, "application/vnd.oasis.opendocument")) {
    return "a spreadsheet; save its sheet as CSV, or in pandas: pd.read_excel(f).to_csv(new, index=False)";
  }
  if (holds_text(head, ".npy")) return fmt::format("NumPy arrays (.npz){}", kToHdf5);
  if (holds_text(head, "/data.pkl")) return fmt::format("a file of PyTorch{}", kToHdf5);
  return "a zip archive; unpack it";
}

bool is_pickle(std::string_view head) {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

/// Text of two bytes a character: by its mark, or as every other byte is NUL.
std::string utf16_kind(std::string_view head) {
  constexpr const char* kAdvice = "; write it as UTF-8: iconv -f {0} -t UTF-8 FILE > NEW";
  if (starts_with(head, "\xFF\xFE\0\0"sv) || starts_with(head, "\0\0\xFE\xFF"sv)) {
    return "text in UTF-32" + fmt::format(fmt::runtime(kAdvice), "UTF-32");
  }
  const bool has_mark = starts_with(head, "\xFF\xFE"sv) || starts_with(head, "\xFE\xFF"sv);
  if (has_mark) return "text in UTF-16" + fmt::format(fmt::runtime(kAdvice), "UTF-16");
  const std::size_t n = std::min<std::size_t>(head.size() / 2 * 2, 64);
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < n; ++i) zeros[i % 2] += head[i] == '\0' ? 1 : 0;
  for (const std::size_t side : {0, 1}) {
    const bool is_text = n >= 8 && zeros[side] == n / 2 && zeros[1 - side] == 0;
    const char* name = side == 0 ? "UTF-16BE" : "UTF-16LE";
    if (is_text) return "text in UTF-16" + fmt::format(fmt::runtime(kAdvice), name);
  }
  return "";
}

/// "1 3:0.5 7:1", the lines of LIBSVM.
bool is_svmlight(std::string_view line) {
  const std::size_t blank = line.find(' ');
  const std::size_t colon = line.find(':', std::min(blank, line.size()));
  if (blank == line.npos || colon == line.npos || colon < blank + 2) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view label = line.substr(0, blank);
  const std::string_view index = line.substr(blank + 1, colon - blank - 1);
  return label.find_first_not_of("0123456789+-.") == label.npos &&
         std::all_of(index.begin(), index.end(), is_digit);
}

std::string markup_kind(std::string_view head) {
  if (starts_with(head, "\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == head.npos) return "";
  std::string text(head.substr(first, 256));
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view tag : {"<!doctype html", "<html", "<head", "<body"}) {
    if (starts_with(text, tag)) {
      return "an HTML page, as a server sends it in place of a file (is a login needed, or is the link that "
             "of a "
             "page?); fetch the file itself";
    }
  }
  if (starts_with(text, "<?xml")) return "an XML document; fetch the file itself, or write it as CSV";
  if (starts_with(text, "@relation")) {
    return "an ARFF file; write it as CSV, in Python: "
           "pd.DataFrame(scipy.io.arff.loadarff(f)[0]).apply(lambda c: "
           "c.str.decode(\"utf-8\") if c.dtype == object else c).to_csv(new, index=False)";
  }
  if (is_svmlight(std::string_view(text).substr(0, text.find('\n')))) {
    return fmt::format("lines of svmlight (LIBSVM); read them by sklearn.datasets.load_svmlight_file{}",
                       kToHdf5);
  }
  if (text.front() == '{' && (holds_text(head, "}\n{") || holds_text(head, "}\r\n{"))) {
    return "lines of JSON; write them as CSV, in pandas: pd.read_json(f, lines=True).to_csv(new, "
           "index=False)";
  }
  const bool is_json = text.front() == '{' || starts_with(text, "[{") || starts_with(text, "[[");
  return is_json ? "a JSON document; write it as CSV, in pandas: pd.read_json(f).to_csv(new, index=False)"
                 : "";
}

}  // namespace

std::string foreign_kind(std::string_view head) {
  for (const Magic& kind : kKinds) {
    if (head.size() >= kind.at && starts_with(head.substr(kind.at), kind.bytes)) return kind.text;
  }
  if (starts_with(head, "PK\x03\x04") || starts_with(head, "PK\x05\x06")) return zip_kind(head);
  if (starts_with(head, "\x93NUMPY")) return fmt::format("a NumPy array (.npy){}", kToHdf5);
  if (is_pickle(head)) return fmt::format("a pickle of Python{}", kToHdf5);
  const std::string utf16 = utf16_kind(head);
  return utf16.empty() ? markup_kind(head) : utf16;
}

void refuse_foreign(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;  // a pipe is read once
  InputFile file(path);
  std::string head(kKindBytes, '\0');
  head.resize(file.read(head.data(), head.size()));
  refuse_foreign(path, head);
}

void refuse_foreign(const std::string& path, std::string_view head) {
  constexpr std::string_view kPlace = " FILE";
  std::string kind = foreign_kind(head);
  if (kind.empty()) return;
  const std::size_t at = kind.find(kPlace);
  if (at != std::string::npos) kind.replace(at + 1, kPlace.size() - 1, shell_path(path));
  throw DataError(fmt::format("{}: {}", path, kind));
}

std::string source_of(std::string_view head) {
  if (starts_with(head, "\x89HDF\r\n\x1A\n")) return "hdf5";
  const bool is_idx = head.size() > 3 && starts_with(head, "\0\0"sv) && head[2] >= 8 && head[2] <= 14 &&
                      head[3] >= 1 && head[3] <= 4;
  return is_idx ? "idx" : "";
}

}  // namespace trawl
