# field-legend.gp - the legend of the vector fields, after the last panel; `height` is the canvas' height.
@bottom_strip
array way_colour[3] = [ink, grey, grey]
array does[3] = ['rises', 'falls', 'stays']
do for [i = 1:3] {
    set arrow from 85 + 110 * i, 17 to 112 + 110 * i, 17 head noborder size 9, 22 fixed linewidth 1.6 \
        linecolor rgb way_colour[i]
    set label '{/:Italic θ}^2 '.does[i] at 119 + 110 * i, 17
}
set arrow from 540, 17 to 575, 17 nohead linewidth 2 linecolor rgb violet
set label 'learning path' at 583, 17
set arrow from 710, 17 to 745, 17 nohead linewidth 1.8 dashtype (7, 5) linecolor rgb ink
set label '{/:Italic η}_C = 1 + {/:Italic η}_D' at 753, 17
plot NaN
