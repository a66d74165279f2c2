# river-film.gp - ten steps of an episode in Cleanup, from the table film.csv: a row of pictures for each of the methods
# in `wanted`.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' film ') == 0) exit gnuplot # no data, no figure
file = data.'/film.csv'
set datafile separator comma
set datafile columnheaders
names = ''
do for [m = 1:words(wanted)] {
    undefine seen_*
    stats file using (stringcolumn('method') eq word(wanted, m) ? column('step') : NaN) nooutput name 'seen'
    if (exists('seen_records')) { names = names.' '.word(wanted, m) }
}
rows = words(names)
if (rows == 0) exit gnuplot
letters = '.@oH~*01'
colour_of_cell(c) = word('0x000000 0xB4B4B4 0x00FF00 0x714B18 0x639CC2 0x64FFFF 0x9F43FF 0x02519A', strstrt(letters, c))
side = 7; frames = 10; apart = 8.0
set print $cells
do for [m = 1:rows] {
    frame = 0
    picture = ''
    stats file using (stringcolumn('method') eq word(names, m) ? (picture = picture.stringcolumn('picture'), 1) : NaN) nooutput
    do for [frame = 0:(strlen(picture) / (side * side) - 1)] {
        do for [n = 0:(side * side - 1)] {
            c = picture[frame * side * side + n + 1 : frame * side * side + n + 1]
            print sprintf('%g %g %s', frame * apart + n % side, -(m - 1) * (apart + 1) - n / side, colour_of_cell(c))
        }
    }
}
unset print
set datafile separator whitespace
set datafile nocolumnheaders
if (!exists('left_side')) left_side = 0.05 # of the names
height = 30.0 + rows * (apart + 1) * 11.4 * (0.995 - left_side) / 0.945 + 40
set terminal svg @canvas size 960, height
set output output
unset key; unset tics; unset grid
set border 0
set multiplot
set lmargin at screen left_side; set rmargin at screen 0.995; set bmargin at screen 40.0 / height; set tmargin at screen 1 - 20.0 / height
set xrange [-0.5 : frames * apart]
set yrange [-(rows * (apart + 1)) + 0.5 : 1]
do for [m = 1:rows] { set label word(names, m) at -1.2, -(m - 1) * (apart + 1) - 3 right noenhanced }
do for [frame = 0:frames - 1] { set label sprintf('%d', 20 + frame) at frame * apart + 3, 1.2 center font ',13' }
plot $cells using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):(int(column(3))) with boxxyerror fillstyle solid 1 noborder \
     linecolor rgb variable
reset
set border 0; unset tics; unset key
set xrange [0:960]; set yrange [0:34]
set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0.001; set tmargin at screen 34.0 / height
do for [k = 2:8] {
    left = 60 + 120 * (k - 2)
    set label at left, 15 point pointtype 5 pointsize 1.2 linecolor rgb '#'.substr(colour_of_cell(letters[k:k]), 3, 8)
    set label (k < 7 ? word('wall apple waste river beam', k - 1) : sprintf('agent %d', k - 7)) at left + 13, 15
}
plot NaN
unset multiplot
