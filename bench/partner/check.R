# The matched comparison of internal/partner, done over by base R.
#
#   Rscript bench/partner/check.R internal/partner/testdata/panel.csv > internal/partner/testdata/panel.r.csv
#
# It shares no code with the Go engine: matching by loops over a data frame, the
# estimate and its standard error by lm() over school-years with a fixed effect
# for each school and each set-year, p-values and the interval by going through
# every assignment. No package beyond base R is needed.

options(digits = 17)
d <- read.csv(commandArgs(trailingOnly = TRUE)[1], stringsAsFactors = FALSE)
V <- as.matrix(d[, paste0("v", 0:7)]); X <- as.matrix(d[, c("size", "rural")])
K <- 4; years <- 0:7
treated <- which(d$first >= 0); never <- which(d$first < 0)
psd <- function(x) sqrt(mean((x - mean(x))^2))

cand <- list()
for (i in treated) {
  pre <- years[years < d$first[i]] + 1
  who <- c(i, never)
  lev <- rowMeans(V[who, pre, drop = FALSE])
  tr <- apply(V[who, pre, drop = FALSE], 1, function(v) coef(lm(v ~ pre))[[2]])
  M <- cbind(lev, tr, X[who, ])
  Z <- sapply(1:ncol(M), function(j) if (psd(M[, j]) > 0) (M[, j] - M[1, j]) / psd(M[, j]) else 0 * M[, j])
  dist <- sqrt(rowMeans(Z^2))
  ok <- which(dist <= 1 & abs(Z[, 1]) <= 0.5); ok <- ok[ok != 1]
  ok <- ok[order(signif(dist[ok], 12), who[ok])]
  cand[[as.character(i)]] <- data.frame(unit = who[ok], dist = dist[ok])
}
near <- sapply(treated, function(i) { x <- cand[[as.character(i)]]; if (nrow(x)) x$dist[1] else -1 })
turn <- treated[order(-near)]
with <- setNames(vector("list", length(turn)), turn); given <- c()
for (r in 1:K) for (i in turn) {
  free <- setdiff(cand[[as.character(i)]]$unit, given)
  if (length(free)) { with[[as.character(i)]] <- c(with[[as.character(i)]], free[1]); given <- c(given, free[1]) }
}
sets <- sort(turn[sapply(turn, function(i) length(with[[as.character(i)]]) > 0)])

change <- function(u, i) { pre <- years < d$first[i]; mean(V[u, !pre]) - mean(V[u, pre]) }
rise <- function(u, i) { pre <- years[years < d$first[i]] + 1; coef(lm(V[u, pre] ~ pre))[[2]] }
D <- lapply(sets, function(i) sapply(c(i, with[[as.character(i)]]), change, i = i))
S <- lapply(sets, function(i) sapply(c(i, with[[as.character(i)]]), rise, i = i))

# One regression a set: school and year effects, and after x linked. With whole
# years and one linked school the coefficient is that set's effect.
eff <- sapply(sets, function(i) {
  us <- c(i, with[[as.character(i)]])
  long <- data.frame(y = as.vector(t(V[us, ])), school = factor(rep(us, each = 8)), year = factor(rep(years, length(us))))
  long$did <- as.numeric(long$school == i & rep(years, length(us)) >= d$first[i])
  coef(lm(y ~ school + year + did, data = long))[["did"]]
})
n <- length(sets)
# The mean of the sets with a standard error clustered by lead (CR1).
fit <- lm(eff ~ 1); u <- resid(fit); g <- d$lead[sets]; G <- length(unique(g))
se <- sqrt(G / (G - 1) * sum(tapply(u, g, sum)^2)) / n
est <- coef(fit)[[1]]

sizes <- sapply(D, length)
grid <- as.matrix(expand.grid(lapply(sizes, seq_len)))
stat <- function(L) Reduce(`+`, lapply(seq_len(n), function(k) sapply(seq_along(L[[k]]), function(j) L[[k]][j] - mean(L[[k]][-j]))[grid[, k]])) / n
A <- stat(D); Sl <- stat(S)
B <- Reduce(`+`, lapply(seq_len(n), function(k) ifelse(grid[, k] == 1, 1, -1 / (sizes[k] - 1)))) / n
p <- mean(abs(A) >= abs(est) - 1e-9); slope <- Sl[1]; pre_p <- mean(abs(Sl) >= abs(slope) - 1e-9)
span <- mean(sapply(sets, function(i) mean(years[years >= d$first[i]]) - mean(years[years < d$first[i]])))
# The interval: every effect t that the test does not reject. p(t) changes only
# where an assignment becomes as extreme as the real one.
pt <- function(t) mean(abs(A - B * t) >= abs(est - t) - 1e-13)
edge <- function(a, b) { # a kept, b rejected
  for (k in 1:200) { m <- (a + b) / 2; if (pt(m) > 0.05) a <- m else b <- m }
  a
}
low <- edge(est, est - 100); high <- edge(est, est + 100)

out <- c(sets = n, estimate = est, se = se, p = p, low = low, high = high, slope = slope, pre_p = pre_p, drift = slope * span, tried = nrow(grid), setNames(eff, paste0("effect_", d$key[sets])))
cat("name,value\n"); for (k in names(out)) cat(k, ",", format(out[[k]], digits = 17), "\n", sep = "")
