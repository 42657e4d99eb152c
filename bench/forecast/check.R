# The figures of internal/forecast for a real district, done over by base R.
#
#   Rscript bench/forecast/check.R DIR > internal/forecast/testdata/eau-claire.r.csv
#
# DIR has enrollment_by_school_grade.csv and births.csv of the Eau Claire Area
# School District. It shares no code with the Go engine: ratios by sums over a data
# frame, naive and drift and their mean absolute percentage errors by loops over
# origins. No package beyond base R is needed.

options(digits = 15)
dir <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(dir, "enrollment_by_school_grade.csv"), stringsAsFactors = FALSE)
years <- 1998:2024; grades <- c("K", "1", "2", "3", "4", "5"); schools <- unique(d$school)
n <- array(NA, c(length(schools), length(grades), length(years)), list(schools, grades, years))
for (i in seq_len(nrow(d))) n[d$school[i], d$grade[i], as.character(d$year[i])] <- d$students[i]

out <- function(what, name, value) cat(paste(what, name, format(value, digits = 15), sep = ","), "\n", sep = "")
cat("what,name,value\n")

# After its last count a grade of a school has nobody.
closed <- n
for (s in schools) for (g in grades) {
  last <- max(which(!is.na(n[s, g, ])), 0)
  if (last > 0 && last < length(years)) closed[s, g, (last + 1):length(years)] <- 0
}

# Ratios of the district: those who moved up over those who could, where both ends
# of a school are counted.
for (g in 2:length(grades)) for (y in 2:length(years)) {
  a <- closed[, g - 1, y - 1]; b <- closed[, g, y]
  both <- !is.na(a) & !is.na(b)
  out("ratio", paste(grades[g], years[y]), sum(b[both]) / sum(a[both]))
}

# Naive and drift of the district's total, school by grade, from each later origin.
ahead <- 10
origins <- 4:(length(years) - 1)
later <- origins[(ceiling(length(origins) / 2) + 1):length(origins)]
total <- apply(n, 3, sum, na.rm = TRUE)
for (method in c("naive", "drift")) {
  err <- matrix(NA, length(later), ahead)
  for (o in seq_along(later)) {
    k <- later[o]
    at <- matrix(0, ahead, 1)
    for (s in schools) for (g in grades) {
      x <- n[s, g, 1:k]
      seen <- which(!is.na(x))
      if (length(seen) == 0) next
      # Where others were counted and this grade was not, it is gone.
      last <- max(seen); if (last < k) { x[(last + 1):k] <- 0; seen <- which(!is.na(x)); last <- k }
      step <- if (method == "drift" && last > min(seen)) (x[last] - x[min(seen)]) / (last - min(seen)) else 0
      at <- at + pmax(0, x[last] + step * seq_len(ahead))
    }
    for (h in seq_len(min(ahead, length(years) - k))) err[o, h] <- 100 * abs(at[h] - total[k + h]) / total[k + h]
  }
  for (h in seq_len(ahead)) out("mape", paste(method, h), mean(err[, h], na.rm = TRUE))
  out("mape", paste(method, "later"), mean(colMeans(err, na.rm = TRUE)))
}
