// SPDX-License-Identifier: BSL-1.0
#include "fashion_mnist.hpp"

#include <zlib.h>

#include <memory>
#include <string>

namespace demo {
namespace {

// The idx format: two zero bytes, the element type, the rank, each extent in 4 bytes with the most significant first,
// then the elements, the last index fastest.
constexpr unsigned idx_unsigned_byte = 0x08;

class idx_file {
public:
    explicit idx_file(const std::filesystem::path& path)
        : name_(path.string()), file_(gzopen(name_.c_str(), "rb"), &gzclose) {
        if (!file_) throw missing_data("cannot open " + name_);
    }

    // The elements; the product of all extents but the first must be `element_size`.
    std::vector<std::uint8_t> read(std::size_t element_size) {
        const std::uint32_t magic = read_number();
        const std::uint32_t rank = magic & 0xff;
        if (magic >> 8 != idx_unsigned_byte || rank == 0) throw std::runtime_error(name_ + " is no idx file of bytes");
        const std::size_t count = read_number();
        std::size_t size = 1;
        for (std::uint32_t k = 1; k < rank; ++k) size *= read_number();
        if (size != element_size) throw std::runtime_error(name_ + " has elements of " + std::to_string(size) + " bytes");
        std::vector<std::uint8_t> bytes(count * size);
        read_bytes(bytes.data(), bytes.size());
        return bytes;
    }

private:
    std::uint32_t read_number() {
        std::uint8_t bytes[4];
        read_bytes(bytes, sizeof bytes);
        return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
    }

    void read_bytes(void* target, std::size_t size) {
        if (gzread(file_.get(), target, static_cast<unsigned>(size)) != static_cast<int>(size))
            throw std::runtime_error(name_ + " ends early or is damaged");
    }

    std::string name_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

image_set load(const std::filesystem::path& directory, const std::string& prefix) {
    image_set set;
    set.pixels = idx_file(directory / (prefix + "-images-idx3-ubyte.gz")).read(image_pixels);
    set.labels = idx_file(directory / (prefix + "-labels-idx1-ubyte.gz")).read(1);
    if (set.pixels.size() != set.size() * image_pixels)
        throw std::runtime_error(prefix + ": as many labels as images expected");
    for (const std::uint8_t label : set.labels)
        if (label >= class_count) throw std::runtime_error(prefix + ": a label is out of range");
    return set;
}

}  // namespace

fashion_mnist load_fashion_mnist(const std::filesystem::path& directory) {
    return {load(directory, "train"), load(directory, "t10k")};
}

}  // namespace demo
