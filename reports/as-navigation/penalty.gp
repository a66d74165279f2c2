# title: Penalty weight 0.1, 1 and 1e4 of Anticipation Sharing
# caption: The printed weight of the discrete domains is damaged and reads 1e4. Lines are means of the seeds, bands
#          their range, the thin line is where untrained networks are: with 1e4 policies hardly move from there.
rows = 'normalised_return collisions'
row_names = 'normalised return|collisions per step'
panels = 'as'
panel_names = 'neighbours within 1.5 cells'
lines = 'rho01 range15 rho1e4'
line_names = 'penalty 0.1|penalty 1|penalty 1e4'
line_colours = '#8FC1E3 #0072B2 #00304D'
key(line, panel) = panel.'_'.line
has_untrained = 1
untrained(panel) = 'as_untrained'
load shared.'/default-overlay.gp'
