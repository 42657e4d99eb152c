# The figures of internal/forecast for a real district, done over by base R.
#
#   Rscript bench/forecast/check.R DIR > internal/forecast/testdata/eau-claire.r.csv
#
# DIR has enrollment_by_school_grade.csv and births.csv of the Eau Claire Area
# School District. It shares no code with the Go engine: every method, the errors
# from every origin, the choice on the earlier ones, the bands and how often they
# held the later truths are worked out here from docs/forecast.md and the comments
# of the Go code. No package beyond base R is needed.

options(digits = 15)
dir <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(dir, "enrollment_by_school_grade.csv"), stringsAsFactors = FALSE)
b <- read.csv(file.path(dir, "births.csv"), stringsAsFactors = FALSE)
years <- 1998:2024; grades <- c("K", "1", "2", "3", "4", "5"); schools <- unique(d$school)
S <- length(schools); G <- length(grades); Y <- length(years); H <- 10; lag <- 5; pull <- 30; level <- 0.8
n <- array(NA, c(S, G, Y), list(schools, grades, years))
for (i in seq_len(nrow(d))) n[d$school[i], d$grade[i], as.character(d$year[i])] <- d$students[i]
births <- setNames(b$births, b$year)

out <- function(what, name, value) cat(paste(what, name, format(value, digits = 15), sep = ","), "\n", sep = "")
cat("what,name,value\n")

# What is known after k years: after its last count a grade of a school has nobody.
known <- function(k) {
  x <- n[, , 1:k, drop = FALSE]
  for (s in 1:S) for (g in 1:G) {
    seen <- which(!is.na(x[s, g, ]))
    if (length(seen) > 0 && max(seen) < k) x[s, g, (max(seen) + 1):k] <- 0
  }
  x
}
last_of <- function(x) { seen <- which(!is.na(x)); if (length(seen)) x[max(seen)] else 0 }

naive <- function(x, h) rep(last_of(x), h)
drift <- function(x, h) {
  seen <- which(!is.na(x))
  if (length(seen) == 0) return(rep(0, h))
  a <- min(seen); z <- max(seen)
  step <- if (z > a) (x[z] - x[a]) / (z - a) else 0
  pmax(0, x[z] + step * seq_len(h))
}
# Holt's smoothing, the trend damped by 0.9 a year; weights by least squares on a grid.
holt <- function(x, h) {
  seen <- which(!is.na(x))
  if (length(seen) < 2) return(naive(x, h))
  least <- Inf; best <- NULL
  for (a in (1:9) / 10) for (bb in seq(0, round(a * 10)) / 10) {
    l <- x[seen[1]]; tr <- (x[seen[2]] - x[seen[1]]) / (seen[2] - seen[1]); sse <- 0
    for (y in (seen[1] + 1):length(x)) {
      want <- l + 0.9 * tr
      if (is.na(x[y])) { l <- want; tr <- 0.9 * tr; next }
      e <- x[y] - want; sse <- sse + e * e
      now <- want + a * e
      tr <- bb * (now - l) + (1 - bb) * 0.9 * tr
      l <- now
    }
    if (sse < least) { least <- sse; best <- c(l, tr) }
  }
  pmax(0, best[1] + cumsum(0.9^(1:h)) * best[2])
}
alone <- function(f) function(k, h) { # each school's grade by itself
  x <- known(k); r <- array(0, c(S, G, h))
  for (s in 1:S) for (g in 1:G) r[s, g, ] <- f(x[s, g, ], h)
  r
}

# One ratio from pupils before and after by year, drawn towards what holds above.
one_ratio <- function(from, to, decay, robust, above) {
  w <- decay^((length(from) - 1):0)
  ok <- from > 0
  if (!any(ok)) return(above)
  f <- sum((w * from)[ok]); t <- sum((w * to)[ok])
  if (robust) { # the weighted median of the years' ratios
    q <- (to / from)[ok]; v <- (w * from)[ok]; o <- order(q)
    t <- q[o][which(cumsum(v[o]) >= f / 2)[1]] * f
  }
  if (is.na(above)) t / f else (t + pull * above) / (f + pull)
}
cohort <- function(decay, robust) function(k, h) {
  x <- known(k); r <- array(0, c(S, G, h))
  cur <- apply(x, c(1, 2), last_of)
  step <- matrix(NA, S, G)
  for (g in 2:G) {
    from <- matrix(x[, g - 1, -k], S); to <- matrix(x[, g, -1], S)
    none <- is.na(from) | is.na(to); from[none] <- 0; to[none] <- 0
    top <- one_ratio(colSums(from), colSums(to), decay, robust, NA)
    for (s in 1:S) step[s, g] <- one_ratio(from[s, ], to[s, ], decay, robust, top)
  }
  # Births of the district five years before, carried on where they are not yet born.
  end <- years[k]
  have <- births[as.integer(names(births)) <= end]
  need <- max(0, end + h - lag - max(as.integer(names(have))))
  if (need > 0) have <- c(have, setNames(holt(as.numeric(have), need), max(as.integer(names(have))) + seq_len(need)))
  kin <- matrix(x[, 1, ], S)
  whole <- sapply(1:k, function(y) all(sapply(1:S, function(s) {
    seen <- which(!is.na(kin[s, ])); !is.na(kin[s, y]) || length(seen) == 0 || max(seen) < y || min(seen) > y })))
  came <- colSums(kin, na.rm = TRUE)
  at <- as.numeric(have[as.character(years[1:k] - lag)])
  use <- whole & !is.na(at) & at > 0
  enter <- one_ratio(ifelse(use, at, 0), ifelse(use, came, 0), decay, robust, NA)
  share <- rowSums(kin[, max(1, k - 2):k, drop = FALSE], na.rm = TRUE); share <- share / sum(share)
  for (y in 1:h) {
    nxt <- matrix(0, S, G)
    nxt[, 1] <- as.numeric(have[as.character(end + y - lag)]) * enter * share
    for (g in 2:G) nxt[, g] <- cur[, g - 1] * step[, g]
    r[, , y] <- nxt; cur <- nxt
  }
  r
}
methods <- list(naive = alone(naive), drift = alone(drift), smoothing = alone(holt), cohort = cohort(1, FALSE),
  "cohort recent" = cohort(0.7, FALSE), "cohort newest" = cohort(0.4, FALSE), "cohort median" = cohort(0.8, TRUE))

# Ratios of the district.
all <- known(Y)
for (g in 2:G) for (y in 2:Y) {
  from <- all[, g - 1, y - 1]; to <- all[, g, y]; both <- !is.na(from) & !is.na(to)
  out("ratio", paste(grades[g], years[y]), sum(to[both]) / sum(from[both]))
}

# Every method and the mean of all, from every origin: what each school and the
# district were said to have.
origins <- 4:(Y - 1); first_later <- ceiling(length(origins) / 2) + 1
# A grade that a school had not yet has nobody; one that is missing between counts is missing.
filled <- all
for (s in 1:S) for (g in 1:G) { seen <- which(!is.na(filled[s, g, ])); filled[s, g, seq_len(if (length(seen)) min(seen) - 1 else Y)] <- 0 }
truth <- apply(filled, c(1, 3), sum); truth <- rbind(colSums(truth), truth)
said <- list()
for (k in origins) {
  h <- min(H, Y - k)
  leaves <- lapply(methods, function(m) m(k, h))
  leaves$mean <- Reduce(`+`, leaves) / length(leaves)
  said[[as.character(k)]] <- lapply(leaves, function(l) { x <- matrix(apply(l, c(1, 3), sum), S); rbind(colSums(x), x) })
}
names_all <- c(names(methods), "mean")

# Mean absolute percentage errors of the district over some origins, truths up to a
# year; every year ahead weighs the same.
mape <- function(m, os, upto) {
  by <- sapply(1:H, function(h) {
    e <- unlist(lapply(os, function(k) if (k + h <= min(Y, upto)) 100 * abs(said[[as.character(k)]][[m]][1, h] - truth[1, k + h]) / truth[1, k + h]))
    if (is.null(e)) NA else mean(e)
  })
  list(by = by, over = mean(by, na.rm = TRUE))
}
early <- origins[seq_len(first_later - 1)]; later <- origins[first_later:length(origins)]
for (m in names_all) {
  out("mape", paste(m, "earlier"), mape(m, early, later[1])$over)
  l <- mape(m, later, Y)
  for (h in 1:H) out("mape", paste(m, h), l$by[h])
  out("mape", paste(m, "later"), l$over)
}
decide <- sapply(names_all, function(m) mape(m, early, later[1])$over)
used <- names_all[which.min(decide)]
out("used", used, 1)

# Bands: of n log errors the ceiling((n+1)p)th on each side, never narrower with the
# years, drawn on by the square root of the years where fewer than eight were seen.
side <- function(e) {
  if (length(e) == 0) return(c(0, 0))
  e <- sort(e); q <- min(max(ceiling((length(e) + 1) * (1 + level) / 2), 1), length(e))
  c(min(0, e[length(e) - q + 1]), max(0, e[q]))
}
log_error <- function(k, rows, h) {
  came <- truth[rows, k + h]; want <- said[[as.character(k)]][[used]][rows, h]
  ifelse(came > 0 | want > 0, log((came + 0.5) / (want + 0.5)), NA)
}
band <- function(rows, upto) {
  e <- lapply(1:H, function(h) { v <- unlist(lapply(origins, function(k) if (k + h <= upto) log_error(k, rows, h))); v[!is.na(v)] })
  r <- matrix(0, H, 2)
  for (h in 1:H) {
    if (length(e[[h]]) >= 8) r[h, ] <- side(e[[h]])
    else if (h == 1) r[h, ] <- side(unlist(e))
    else r[h, ] <- r[h - 1, ] * sqrt(h / (h - 1))
    if (h > 1) r[h, ] <- c(min(r[h, 1], r[h - 1, 1]), max(r[h, 2], r[h - 1, 2]))
  }
  r
}
for (lev in c("district", "schools")) {
  rows <- if (lev == "district") 1 else 1 + seq_len(S)
  parts <- c()
  for (k in later) {
    w <- band(rows, k)
    for (h in seq_len(min(H, Y - k))) {
      e <- log_error(k, rows, h); e <- e[!is.na(e)]
      if (w[h, 1] == 0 && w[h, 2] == 0) next
      edge <- ifelse(e < 0, w[h, 1], w[h, 2])
      parts <- c(parts, ifelse(e == 0, 0, ifelse(edge == 0, Inf, e / edge)))
    }
  }
  held <- mean(parts <= 1)
  wide <- if (held < level) min(4, sort(parts)[ceiling(level * length(parts))]) else 1
  out("held", paste(lev, "checked"), length(parts)); out("held", paste(lev, "before"), held)
  out("held", paste(lev, "widened"), wide); out("held", paste(lev, "after"), mean(parts <= wide))
  now <- band(rows, Y)
  if (lev == "district") {
    x <- matrix(apply(Reduce(`+`, lapply(methods, function(m) m(Y, H))) / length(methods), c(1, 3), sum), S)
    mid <- colSums(x)
    for (h in 1:H) {
      if (used == "mean") out("mid", years[Y] + h, mid[h])
      if (used == "mean") out("low", years[Y] + h, max(0, (mid[h] + 0.5) * exp(wide * now[h, 1]) - 0.5))
      if (used == "mean") out("high", years[Y] + h, (mid[h] + 0.5) * exp(wide * now[h, 2]) - 0.5)
    }
  }
}
