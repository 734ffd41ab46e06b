// SPDX-License-Identifier: BSL-1.0
// Act three: the Gaussian process latent variable model (Lawrence, 2005). Each image gets a place x in a plane, and
// each pixel is a Gaussian process over that plane; the places are what makes the images most likely. With a linear
// kernel the answer is known in closed form: the plane of principal component analysis, at the likelihood of
// probabilistic PCA. With a radial kernel there is no closed form, and the plane is a better one.
#include "acts.hpp"
#include "optimisers.hpp"
#include "principal_components.hpp"
#include "report.hpp"

#include <ctgrad/ctgrad.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#else
#include <xtensor/xadapt.hpp>
#endif

#include <tape.hpp>

#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <string>

namespace demo {
namespace {

using namespace ctgrad;

constexpr auto X = matrix<"X", "n", "q">;  // a row is the place of an image
constexpr auto Y = matrix<"Y", "n", "D">;  // a row is an image
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;

constexpr auto noise = identity<"n"> / beta;
constexpr auto linear = alpha * X * transpose(X) + noise;
constexpr auto squares = row_sums(square(X));
constexpr auto distances = squares + transpose(squares) - 2_c * X * transpose(X);
constexpr auto radial = alpha * exp(-0.5_c * distances) + noise;

// The logarithm of the likelihood but for its constant -n D / 2 log(2 pi).
template <class Kernel>
constexpr auto log_likelihood(Kernel K) {
    return -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
}

constexpr std::size_t per_class = 30;
constexpr std::size_t count = per_class * class_count;
constexpr std::size_t plane = 2;

// The places, then log alpha and log beta: both stay positive wherever the search goes.
constexpr std::size_t parameter_count = count * plane + 2;

struct sample {
    xt::xtensor<double, 2> images = xt::xtensor<double, 2>::from_shape({count, image_pixels});  // centred
    std::vector<int> classes;
};

// The first images of each class.
sample draw_sample(const image_set& set) {
    sample result;
    std::size_t taken[class_count] = {};
    for (std::size_t i = 0; result.classes.size() < count; ++i) {
        const int label = set.labels[i];
        if (taken[label] == per_class) continue;
        ++taken[label];
        for (std::size_t j = 0; j < image_pixels; ++j)
            result.images(result.classes.size(), j) = set.image(i)[j] / 255.0;
        result.classes.push_back(label);
    }
    for (std::size_t j = 0; j < image_pixels; ++j) {
        double mean = 0;
        for (std::size_t i = 0; i < count; ++i) mean += result.images(i, j) / double(count);
        for (std::size_t i = 0; i < count; ++i) result.images(i, j) -= mean;
    }
    return result;
}

// How many images have a nearest neighbour in the plane of another class.
int neighbour_errors(std::span<const double> places, std::span<const int> classes) {
    int errors = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        int neighbour = -1;
        for (std::size_t j = 0; j < classes.size(); ++j) {
            const double distance =
                std::hypot(places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]);
            if (j != i && distance < nearest) {
                nearest = distance;
                neighbour = classes[j];
            }
        }
        errors += neighbour != classes[i];
    }
    return errors;
}

// Principal components of the sample, by the eigenvectors of Y Y': the scores in the plane, and the highest likelihood
// that a linear kernel can reach (Tipping and Bishop, 1999).
struct principal_plane {
    std::vector<double> scores;
    double first_deviation;
    double likelihood;
    double variance;  // of a pixel
    double noise;     // what the plane leaves of it
};

principal_plane find_principal_plane(const sample& s) {
    std::vector<double> gram(count * count);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            gram[i * count + j] = std::inner_product(&s.images(i, 0), &s.images(i, 0) + image_pixels, &s.images(j, 0), 0.0);
    const eigenpairs pairs = symmetric_eigenpairs(std::move(gram), count);
    principal_plane result;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < plane; ++k)
            result.scores.push_back(pairs.vector(k)[i] * std::sqrt(pairs.values[k]));
    result.first_deviation = std::sqrt(pairs.values[0] / double(count));
    const double pixels = image_pixels;
    double log_determinant = 0;
    result.noise = 0;
    for (std::size_t k = 0; k < count; ++k)
        if (k < plane)
            log_determinant += std::log(pairs.values[k] / pixels);
        else
            result.noise += pairs.values[k] / pixels / double(count - plane);
    log_determinant += double(count - plane) * std::log(result.noise);
    result.variance = std::accumulate(pairs.values.begin(), pairs.values.end(), 0.0) / pixels / double(count);
    result.likelihood = -0.5 * pixels * (log_determinant + double(count));
    return result;
}

double with_constant(double likelihood) {
    return likelihood - 0.5 * double(count) * double(image_pixels) * std::log(2 * std::numbers::pi);
}

// Climbs the likelihood from `parameters`; what it says on the way is told as it goes.
template <class Kernel>
void fit(std::string_view kernel_name, Kernel K, const sample& s, std::vector<double>& parameters, int iterations) {
    constexpr auto likelihood = log_likelihood(K);
    auto f = compile(likelihood, grad(likelihood, X, alpha, beta));
    std::printf("\n  %.*s\n", static_cast<int>(kernel_name.size()), kernel_name.data());
    print_formula("K", to_string(K));
    print_formula("L", to_string(likelihood));
    print_formula("d L / d X", to_string(grad(likelihood, X)));
    print_formula("d L / d alpha", to_string(grad(likelihood, alpha)));
    print_formula("d L / d beta", to_string(grad(likelihood, beta)));
    print_plan(explain(f));
    draw_graph("latent_plane", to_dot(likelihood, grad(likelihood, X)));

    const std::array<std::size_t, 2> shape{count, plane};
    double evaluation_seconds = 0;
    int evaluations = 0;
    const auto objective = [&](std::span<const double> at, std::span<double> gradient) {
        const double a = std::exp(at[count * plane]);
        const double b = std::exp(at[count * plane + 1]);
        const auto places = xt::adapt(at.data(), count * plane, xt::no_ownership(), shape);
        double value = 0;
        const stopwatch watch;
        try {
            f(X = places, Y = s.images, alpha = a, beta = b,
              into(value, xt::adapt(gradient.data(), count * plane, xt::no_ownership(), shape),
                   gradient[count * plane], gradient[count * plane + 1]));
        } catch (const not_positive_definite&) {
            return std::numeric_limits<double>::infinity();
        } catch (const singular_matrix&) {
            return std::numeric_limits<double>::infinity();
        }
        evaluation_seconds += watch.seconds();
        ++evaluations;
        gradient[count * plane] *= a;  // d / d log alpha
        gradient[count * plane + 1] *= b;
        for (double& g : gradient) g = -g;  // up the likelihood is down its negative
        return -value;
    };

    const stopwatch watch;
    lbfgs search(parameters.size(), 20);
    const double reached = search.minimise(parameters, objective, iterations, [&](int iteration, double value) {
        if (iteration % (iterations / 6) == 0)
            std::printf("  iteration %3d of %d: log likelihood %10.1f, %3d of %zu nearest neighbours wrong, after %4.1f s\n",
                        iteration, iterations, with_constant(-value),
                        neighbour_errors({parameters.data(), count * plane}, s.classes), count, watch.seconds());
    });
    std::printf("  reached: log likelihood %.1f, by %d values and gradients of X, alpha and beta at %.2f ms each\n",
                with_constant(-reached), evaluations, 1e3 * evaluation_seconds / evaluations);
}

// The linear kernel's likelihood and its gradient with respect to the places, which is what the tape knows to record.
void compare_with_tape(const sample& s, std::span<const double> at) {
    constexpr auto likelihood = log_likelihood(linear);
    auto f = compile(likelihood, grad(likelihood, X));
    const auto places = xt::adapt(at.data(), count * plane, xt::no_ownership(), std::array<std::size_t, 2>{count, plane});
    auto gradient = xt::xtensor<double, 2>::from_shape({count, plane});
    double value = 0;
    bench::tape<double> tape;
    std::vector<double> tape_gradient(gradient.size());
    const comparison times = compare(
        [&] { f(X = places, Y = s.images, alpha = 1.0, beta = 1.0, into(value, gradient)); },
        [&] {
            tape.clear();
            const auto x = tape.parameter(at.data(), count, plane, tape_gradient.data());
            const auto y = tape.constant(s.images.data(), count, image_pixels);
            const auto K = tape.cholesky(tape.scale_and_shift_diagonal(tape.product(x, tape.transposed(x)), 1, 1));
            tape.backward(tape.sum(tape.log_determinant(K, -0.5 * double(image_pixels)),
                                   tape.inverse_quadratic(K, y, -0.5)));
        },
        0.5);
    print_comparison(times, relative_difference({gradient.data(), gradient.size()}, tape_gradient));
}

}  // namespace

void act_three_latent_plane(const fashion_mnist& data) {
    print_heading("Act three: a Gaussian process lays images out in a plane");
    const sample s = draw_sample(data.train);
    const principal_plane pca = find_principal_plane(s);
    const int pca_errors = neighbour_errors(pca.scores, s.classes);
    std::printf("  %zu images, %zu of each class. PCA by LAPACK: %d nearest neighbours of another class;\n"
                "  no linear kernel can reach a log likelihood above %.1f\n",
                count, per_class, pca_errors, with_constant(pca.likelihood));

    // From anywhere, to show that the optimum is found.
    std::vector<double> linear_fit(parameter_count, 0.0);
    std::mt19937 random(1);
    std::normal_distribution<double> draw(0, 1);
    for (std::size_t i = 0; i < count * plane; ++i) linear_fit[i] = draw(random);
    compare_with_tape(s, {linear_fit.data(), count * plane});
    fit("linear kernel, from random places", linear, s, linear_fit, 150);

    // The radial kernel's likelihood has many maxima: from the principal components it climbs to a good one.
    std::vector<double> radial_fit(parameter_count, 0.0);
    for (std::size_t i = 0; i < count * plane; ++i) radial_fit[i] = pca.scores[i] / pca.first_deviation;
    radial_fit[count * plane] = std::log(pca.variance);
    radial_fit[count * plane + 1] = -std::log(pca.noise);
    fit("radial kernel, from the principal components", radial, s, radial_fit, 300);

    const std::span<const double> places(radial_fit.data(), count * plane);
    std::printf("\n  nearest neighbours of another class: PCA %d, linear kernel %d, radial kernel %d of %zu\n", pca_errors,
                neighbour_errors({linear_fit.data(), count * plane}, s.classes), neighbour_errors(places, s.classes), count);
    const scatter_plot plots[] = {{"principal components", pca.scores, s.classes},
                                  {"GP-LVM, radial kernel", places, s.classes}};
    print_scatter_plots(plots);
    print_class_letters();
}

}  // namespace demo
